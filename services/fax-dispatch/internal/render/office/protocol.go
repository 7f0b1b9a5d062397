package office

import "time"

// A Remote posts a document with its type as Content-Type, and the sheet and the CPU seconds in the query. The response is
// 200 with the PDF file, 422 with a document.Refusal, or a 5xx that says nothing about the document.
const (
	convertPath      = "/pdf"
	sheetParameter   = "sheet"
	secondsParameter = "seconds"

	// maxDocument is what all files of a fax may have, with room for what sanitizing HTML adds, in bytes.
	maxDocument = 12 << 20
	// convertTimeout is for waiting and conversion together. It is less than the sender of a fax waits.
	convertTimeout = 50 * time.Second

	maxMessage = 500 // bytes of a response that is no PDF file
)
