// Package live tells the open pages of an account that there is news to look at.
package sse
