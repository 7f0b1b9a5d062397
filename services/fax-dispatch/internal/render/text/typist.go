package text

import (
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render/document"
	"github.com/mintfax/mintfax/shared/faxpage"
)

// typist writes letters on a page.
type typist struct {
	job        document.Job
	page       faxpage.Page // fine, whatever the job's resolution
	lineHeight int
}

// Margins of a text and the place of a letter, in pixels of a fine page.
const (
	marginTop  = 98 // half an inch
	marginLeft = (faxpage.Width - columns*cellWidth) / 2
	cellWidth  = 19
)

func newTypist(j document.Job) *typist {
	t := &typist{job: j}
	fine := j
	fine.Resolution = faxpage.Fine
	t.page = faxpage.New(fine.SheetLines())
	t.lineHeight = (fine.SheetLines() - 2*marginTop) / linesOn(j.Sheet)
	return t
}

func (t *typist) put(r rune, line, column int) {
	letterOf(r).draw(t.page, marginLeft+column*cellWidth, marginTop+(line+1)*t.lineHeight-descent)
}

// take returns the page as it is and begins another one.
func (t *typist) take() faxpage.Page {
	page := t.page
	t.page = faxpage.New(page.Lines())
	if t.job.Resolution == faxpage.Standard {
		return halved(page)
	}
	return page
}

// halved puts two lines on each other, so that no thin stroke is lost.
func halved(page faxpage.Page) faxpage.Page {
	half := faxpage.New(page.Lines() / 2)
	for y := range half.Lines() {
		upper, lower, to := page.Line(2*y), page.Line(2*y+1), half.Line(y)
		for i := range to {
			to[i] = upper[i] | lower[i]
		}
	}
	return half
}
