// Package system tests a running instance from outside, over HTTP, as its users see it.
package system
