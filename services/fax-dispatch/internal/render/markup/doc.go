// Package markup prepares HTML for LibreOffice: it sanitizes uploaded pages, in a worker, and converts plain text that
// needs shaping to HTML.
package markup
