// Package document is the vocabulary of rendering: what an uploaded file is, why one cannot be faxed, what it is to
// become, and the encoded pages that result.
package document
