package raster

import (
	"bytes"
	"image"
)

// Resize scales a picture by area averaging. It works row by row, so that a large picture takes little extra memory.
//
// Positions are in 256ths of a pixel, so it enlarges 256 times at most. The sum of a row up to a position grows by the grey of each pixel, so what a pixel of
// the result covers is the difference of two sums, however much it covers.
func Resize(grey *image.Gray, width, height int) *image.Gray {
	if grey.Rect.Dx() == width && grey.Rect.Dy() == height {
		return grey
	}
	width, height = min(width, grey.Rect.Dx()<<fraction), min(height, grey.Rect.Dy()<<fraction)
	to := image.NewGray(image.Rect(0, 0, width, height))
	across, down := edges(grey.Rect.Dx(), width), edges(grey.Rect.Dy(), height)
	covered, narrow, last := make([]uint64, width), make([]uint64, width), -1
	sums, wide := make([]uint64, grey.Rect.Dx()+1), make([]float64, width)
	for x := range wide {
		wide[x] = 1 / float64(across[x+1]-across[x])
	}
	blank := bytes.Repeat([]byte{0xff}, max(width, grey.Rect.Dx()))
	for y := range height {
		clear(covered)
		top, bottom := down[y], down[y+1]
		if isBlank(grey, top>>fraction, (bottom-1)>>fraction, blank) { // as most rows of a document are
			copy(to.Pix[y*to.Stride:y*to.Stride+width], blank)
			continue
		}
		for at := top >> fraction; at<<fraction < bottom; at++ {
			if at != last {
				squeeze(narrow, grey.Pix[at*grey.Stride:at*grey.Stride+grey.Rect.Dx()], across, sums)
				last = at
			}
			share := uint64(min(bottom, (at+1)<<fraction) - max(top, at<<fraction)) //nolint:gosec // it is positive
			for x, value := range narrow {
				covered[x] += value * share
			}
		}
		row, tall := to.Pix[y*to.Stride:y*to.Stride+width], 1/float64(bottom-top)
		for x, value := range covered {
			row[x] = uint8(float64(value)*wide[x]*tall + 0.5)
		}
	}
	return to
}

// isBlank reports whether all rows from one to another are white.
func isBlank(grey *image.Gray, from, to int, blank []byte) bool {
	for y := from; y <= to; y++ {
		if !bytes.Equal(grey.Pix[y*grey.Stride:y*grey.Stride+grey.Rect.Dx()], blank[:grey.Rect.Dx()]) {
			return false
		}
	}
	return true
}

// fraction is how many bits of a position are behind the point.
const fraction = 8

// edges are the positions of the edges of the pixels of the result.
func edges(from, to int) []int {
	all := make([]int, to+1)
	for i := range all {
		all[i] = i * (from << fraction) / to
	}
	return all
}

// squeeze sums what each pixel of the result covers of a row.
func squeeze(to []uint64, row []byte, across []int, sums []uint64) {
	var sum uint64
	for x, value := range row {
		sums[x] = sum
		sum += uint64(value) << fraction
	}
	sums[len(row)] = sum
	before := uint64(0)
	for x := range to {
		edge := across[x+1]
		at := edge >> fraction
		upTo := sums[at]
		if part := edge & (1<<fraction - 1); part != 0 {
			upTo += uint64(row[at]) * uint64(part)
		}
		to[x] = upTo - before
		before = upTo
	}
}
