// Package render converts documents to fax pages: it detects a document's type, shares the drawing and converting among
// accounts, and leaves the work itself to confined processes. WorkerPool is the parent's side of the processes that
// draw; cmd/renderer is the child.
package render
