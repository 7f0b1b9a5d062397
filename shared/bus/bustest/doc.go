// Package bustest gives a test a virtual host of its own on the real broker.
package bustest
