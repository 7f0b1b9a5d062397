package raster

import (
	"slices"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render/document"
	"github.com/mintfax/mintfax/shared/faxpage"
)

// Cut splits a page that exceeds document.MaxInches into sheets, between lines of text where possible, and drops white
// space at its end.
func Cut(page faxpage.Page, j document.Job) []faxpage.Page {
	if page.Lines() <= j.Lines(document.MaxInches+tolerance) {
		return []faxpage.Page{page}
	}
	for end := page.Lines(); end > j.SheetLines() && isWhite(page.Line(end-1)); end-- {
		page.Bits = page.Bits[:(end-1)*faxpage.Stride]
	}
	var sheets []faxpage.Page
	for page.Lines() > j.SheetLines() {
		at := gap(page, j)
		sheets = append(sheets, faxpage.Page{Bits: page.Bits[:at*faxpage.Stride]})
		page.Bits = page.Bits[at*faxpage.Stride:]
	}
	return append(sheets, page)
}

// tolerance is by how many inches a page may exceed document.MaxInches.
const tolerance = 0.1

// gap is where to split a page: at the lowest white line in the last inch and a half of the first sheet, or at its end.
func gap(page faxpage.Page, j document.Job) int {
	full := j.SheetLines()
	for at := full; at > full-j.Lines(1.5); at-- {
		if isWhite(page.Line(at)) {
			return at
		}
	}
	return full
}

func isWhite(line []byte) bool {
	return !slices.ContainsFunc(line, func(b byte) bool { return b != 0 })
}
