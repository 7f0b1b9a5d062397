package document

import (
	"github.com/mintfax/mintfax/shared/faxpage"
	"github.com/mintfax/mintfax/shared/faxpage/group4"
)

// Page is a fax page in Group 4.
type Page struct {
	Lines int
	Code  []byte
}

// EncodePage encodes a page.
func EncodePage(page faxpage.Page) Page {
	return Page{Lines: page.Lines(), Code: group4.Encode(page)}
}

// Sink receives the pages of a document in order.
type Sink func(Page) error
