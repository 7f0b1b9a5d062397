// Package documents keeps faxed documents in object storage, encrypted before they leave the process.
// Each file has a random key of its own, which the document key wraps: whoever has the storage without
// the document key has nothing, and to forget a wrapped key is to destroy its file.
package documents
