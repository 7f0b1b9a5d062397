// Package render makes fax pages of documents: it detects what a document is, shares the drawing and converting among
// accounts, and leaves the work itself to confined processes. WorkerPool is the parent's side of the processes that
// draw; Process is the child's.
package render
