// Package document tells what an uploaded file is, whatever it is called, and why one cannot be faxed.
package document
