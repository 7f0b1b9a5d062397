// Package budget holds a process that reads hostile documents to limits on work, memory and files.
package budget
