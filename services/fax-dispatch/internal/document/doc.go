// Package document finds out what an uploaded file is and how many pages it has, without trusting it.
// What takes a complicated parser is read in a child process with limits.
package document
