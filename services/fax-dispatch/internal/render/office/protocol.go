package office

import "time"

// A document is posted, with its type as Content-Type, and the sheet and the seconds of CPU in the query. The answer is 200 with the PDF file,
// 422 with the word of a refusal, or of the 5xx when nothing is known about the document.
const (
	path             = "/pdf"
	sheetParameter   = "sheet"
	secondsParameter = "seconds"

	// maxDocument is what a fax may have in all of its files and room for what making HTML harmless adds, in bytes.
	maxDocument = 12 << 20
	// patience is how long a document may wait and be converted, less than who sends a fax waits for.
	patience = 50 * time.Second

	longestComplaint = 500 // bytes
)
