package document

import (
	"github.com/mintfax/mintfax/shared/faxpage"
)

// Page is a fax page in Group 4.
type Page struct {
	Lines int
	Code  []byte
}

// EncodePage encodes a page.
func EncodePage(page faxpage.Page) Page {
	return Page{Lines: page.Lines(), Code: faxpage.EncodeGroup4(page)}
}

// Sink receives the pages of a document in order.
type Sink func(Page) error
