// Package pdf makes fax pages of PDF files, by poppler's pdftoppm or by pdfium.
package pdf
