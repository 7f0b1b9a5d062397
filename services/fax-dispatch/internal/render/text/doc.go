// Package text renders plain text: it lays it out in 80 columns of a monospaced font.
package text
