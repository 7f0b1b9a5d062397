// Package apierror is the catalogue of all errors that clients see. Services return them across the
// bus, and the gateway turns them into HTTP responses. A cause is for the log and never leaves the process.
package apierror
