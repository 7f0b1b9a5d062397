// Package child renders a document in a process of its own: the service's program started again with the
// argument "render". The process has limits on work and memory, no environment and nothing to steal; a document
// that breaks it breaks nothing else.
package worker
