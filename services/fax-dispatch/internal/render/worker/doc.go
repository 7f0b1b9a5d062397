// Package worker renders a document in a process of its own: this program started again with the argument "render".
// The process has no environment and is confined by package sandbox, so that a document that takes it over gains
// nothing and breaks nothing else. Pool is the parent's side, Main the worker's; the pages pass through a pipe.
package worker
