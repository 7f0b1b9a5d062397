// Package bustest gives a test a virtual host of its own on the real broker, or services that the test itself answers
// for.
package bustest
