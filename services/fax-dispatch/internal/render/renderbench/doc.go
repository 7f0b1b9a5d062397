// Package renderbench measures the rendering of PDF files side by side with Ghostscript.
package renderbench
