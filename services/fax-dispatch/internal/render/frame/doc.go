// Package frame is how a process that renders hands encoded pages on: each with its number of lines and its
// size before it, and an end that says whether the document was refused.
package frame
