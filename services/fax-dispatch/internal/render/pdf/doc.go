// Package pdf renders PDF files, by poppler's pdftoppm or by pdfium. Poppler's programs run as tools of the sandbox.
package pdf
