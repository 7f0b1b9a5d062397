// Package documents stores faxed documents in object storage, encrypted before they leave the process. Each
// file has its own random key, wrapped by the document key: the storage is unreadable without the document
// key, and deleting a wrapped key destroys its file.
package documents
