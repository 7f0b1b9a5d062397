// Package sse notifies open dashboard pages over server-sent events that something about their account has changed.
package sse
