package text

import (
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render/document"
	"github.com/mintfax/mintfax/shared/faxpage"
)

// canvas is the page that is being drawn.
type canvas struct {
	job        document.Job
	page       faxpage.Page // always of fine resolution
	lineHeight int
}

// Margins and the width of a cell, in pixels of a fine page.
const (
	marginTop  = 98 // half an inch
	marginLeft = (faxpage.Width - columns*cellWidth) / 2
	cellWidth  = 19
)

func newCanvas(j document.Job) *canvas {
	c := &canvas{job: j}
	fine := j
	fine.Resolution = faxpage.Fine
	c.page = faxpage.New(fine.SheetLines())
	c.lineHeight = (fine.SheetLines() - 2*marginTop) / linesOn(j.Sheet)
	return c
}

func (c *canvas) put(r rune, line, column int) {
	glyphOf(r).draw(c.page, marginLeft+column*cellWidth, marginTop+(line+1)*c.lineHeight-descent)
}

// take returns the page and begins the next one.
func (c *canvas) take() faxpage.Page {
	page := c.page
	c.page = faxpage.New(page.Lines())
	if c.job.Resolution == faxpage.Standard {
		return halved(page)
	}
	return page
}

// halved merges each two lines into one, which preserves thin strokes.
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
