// Package document has the shared types of rendering: the type of an uploaded file, the reasons to refuse one, the
// rendering job, and the encoded pages.
package document
