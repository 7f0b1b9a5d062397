// Package render makes fax pages of documents: it detects what a document is, shares the drawing and converting among
// accounts, and leaves the work itself to confined processes.
package render
