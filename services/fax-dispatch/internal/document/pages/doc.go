// Package pages counts the pages of documents whose form is simple enough to read in this process.
package pages
