// Package office makes PDF files of HTML pages and of the documents of office programs, by LibreOffice.
package office
