// Package text lays plain text out on fax pages: 80 columns of one width.
package text
