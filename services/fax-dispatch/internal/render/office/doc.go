// Package office converts HTML pages and office documents to PDF files by LibreOffice: on this machine (Local), or in a
// container of its own over HTTP (Remote, whose requests Handler answers). Uploaded pages are first sanitized, in a
// confined process; plain text that needs shaping becomes HTML.
package office
