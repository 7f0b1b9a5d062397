// Package ids makes the identifiers of the public API: a prefix that tells what a thing is, and
// enough randomness that nobody guesses another's.
package ids
