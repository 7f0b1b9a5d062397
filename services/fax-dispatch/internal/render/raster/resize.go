package raster

import (
	"image"
	"math"
)

// Resize scales a picture by area averaging. It works row by row, so that a large picture takes little extra memory.
func Resize(grey *image.Gray, width, height int) *image.Gray {
	if grey.Rect.Dx() == width && grey.Rect.Dy() == height {
		return grey
	}
	to := image.NewGray(image.Rect(0, 0, width, height))
	across := shares(grey.Rect.Dx(), width)
	down := shares(grey.Rect.Dy(), height)
	sum := make([]float32, width)
	narrow := make([]float32, width)
	last := -1
	for y := range height {
		clear(sum)
		for _, part := range down[y] {
			if part.at != last {
				squeeze(narrow, grey.Pix[part.at*grey.Stride:], across)
				last = part.at
			}
			for x, value := range narrow {
				sum[x] += value * part.share
			}
		}
		for x, value := range sum {
			to.Pix[y*to.Stride+x] = uint8(min(value+0.5, 255))
		}
	}
	return to
}

func squeeze(to []float32, row []byte, across [][]part) {
	for x, parts := range across {
		var sum float32
		for _, p := range parts {
			sum += float32(row[p.at]) * p.share
		}
		to[x] = sum
	}
}

// part is a source pixel and its share of a pixel of the result.
type part struct {
	at    int
	share float32
}

// shares says which source pixels each of the pixels of the result covers. The shares of each add up to 1.
func shares(from, to int) [][]part {
	all := make([][]part, to)
	step := float64(from) / float64(to)
	for i := range all {
		left, right := float64(i)*step, float64(i+1)*step
		for at := int(left); at < from && float64(at) < right; at++ {
			covered := math.Min(right, float64(at+1)) - math.Max(left, float64(at))
			if covered > 0 {
				all[i] = append(all[i], part{at, float32(covered / step)})
			}
		}
	}
	return all
}
