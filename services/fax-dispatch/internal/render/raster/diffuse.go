package raster

import (
	"image"

	"github.com/mintfax/mintfax/shared/faxpage"
)

// diffuse is the error diffusion of Floyd and Steinberg: 7, 3, 5 and 1 sixteenths go to the next pixel and
// to the three below. Every other line runs backwards, which avoids the worms that the errors draw otherwise.
func diffuse(page faxpage.Page, grey *image.Gray) {
	const margin = 1 // on both sides, for errors that fall off the page
	here, below := make([]int32, faxpage.Width+2*margin), make([]int32, faxpage.Width+2*margin)
	for y := range page.Lines() {
		row, line := rowOf(grey, y), page.Line(y)
		x, step := 0, 1
		if y%2 == 1 {
			x, step = faxpage.Width-1, -1
		}
		for range faxpage.Width {
			at := x + margin
			value := int32(row[x])<<4 + here[at]
			rest := value
			if value < 128<<4 {
				line[x/8] |= 0x80 >> (x % 8)
			} else {
				rest = value - 255<<4
			}
			sixteenth := rest >> 4
			here[at+step] += 7 * sixteenth
			below[at-step] += 3 * sixteenth
			below[at] += 5 * sixteenth
			below[at+step] += rest - 15*sixteenth
			x += step
		}
		here, below = below, here
		clear(below)
	}
}
