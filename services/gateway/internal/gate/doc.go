// Package gate asks auth about the key of every request, and lets requests that wait at the same
// moment share a message. No verdict is kept for a later request.
package gate
