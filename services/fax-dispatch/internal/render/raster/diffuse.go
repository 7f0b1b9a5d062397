package raster

import (
	"image"

	"github.com/mintfax/mintfax/shared/faxpage"
)

// diffuse is Floyd-Steinberg error diffusion: 7, 3, 5 and 1 sixteenths of the error of a pixel go to the next pixel and to
// the three below. It scans in serpentine order, which avoids worm artifacts.
func diffuse(page faxpage.Page, grey *image.Gray) {
	const margin = 1 // on both sides, for errors beyond the edge of the page
	current, below := make([]int32, faxpage.Width+2*margin), make([]int32, faxpage.Width+2*margin)
	for y := range page.Lines() {
		row, line := rowOf(grey, y), page.Line(y)
		x, step := 0, 1
		if y%2 == 1 {
			x, step = faxpage.Width-1, -1
		}
		for range faxpage.Width {
			at := x + margin
			value := int32(row[x])<<4 + current[at]
			remainder := value
			if value < 128<<4 {
				line[x/8] |= 0x80 >> (x % 8)
			} else {
				remainder = value - 255<<4
			}
			sixteenth := remainder >> 4
			current[at+step] += 7 * sixteenth
			below[at-step] += 3 * sixteenth
			below[at] += 5 * sixteenth
			below[at+step] += remainder - 15*sixteenth
			x += step
		}
		current, below = below, current
		clear(below)
	}
}
