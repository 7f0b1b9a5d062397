// Package system tests the running whole from outside, over HTTP, as its users see it.
package system
