// Package render makes fax pages of documents. What takes a complicated program is done in processes of their
// own, with limits.
package render
