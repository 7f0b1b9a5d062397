// Package bustest gives a test its own virtual host on the real broker, or a fake bus whose methods the test
// implements.
package bustest
