// Package edge is the public HTTP server: its timeouts, and who gets a connection.
package edge
