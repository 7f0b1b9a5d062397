// Package apierror is the one catalogue of errors that clients see. Services return them across the
// bus; the gateway turns them into HTTP answers. A cause is for the log and never leaves the process.
package apierror
