package raster

import (
	"image"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render/document"
	"github.com/mintfax/mintfax/shared/faxpage"
)

// threshold is above the middle to preserve thin strokes, which are grey after smoothing.
const threshold = 152

// Dither converts a grey picture that is as wide as a page into a page.
func Dither(grey *image.Gray, method document.Dithering) faxpage.Page {
	page := faxpage.New(grey.Rect.Dy())
	if method == document.DitherAuto {
		method = choose(grey)
	}
	if method == document.DitherPhoto {
		diffuse(page, grey)
		return page
	}
	for y := range page.Lines() {
		row, line := rowOf(grey, y), page.Line(y)
		for x, value := range row {
			if value < threshold {
				line[x/8] |= 0x80 >> (x % 8)
			}
		}
	}
	return page
}

// A page is taken as a photo when enough of its pixels that are not white are grey and similar to their left neighbour.
// The smoothed edges of letters are grey as well, but steep.
const (
	darkest, brightest = 40, 224 // of greys
	maxStep            = 16      // between similar neighbours
	photoShare         = 5       // one pixel in this many
)

func choose(grey *image.Gray) document.Dithering {
	smooth, inked := 0, 0
	for y := 0; y < grey.Rect.Dy(); y += 2 {
		row := rowOf(grey, y)
		for x := 1; x < len(row); x++ {
			a, b := int(row[x-1]), int(row[x])
			if b < brightest {
				inked++
			}
			if a > darkest && a < brightest && b > darkest && b < brightest && a-b < maxStep && b-a < maxStep {
				smooth++
			}
		}
	}
	if smooth*photoShare > inked {
		return document.DitherPhoto
	}
	return document.DitherText
}

func rowOf(grey *image.Gray, y int) []byte {
	at := y * grey.Stride
	return grey.Pix[at : at+faxpage.Width]
}
