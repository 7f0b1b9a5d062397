package raster

import (
	"image"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

// averages is Resize as its definition says it: the average of the area that each pixel covers.
func averages(grey *image.Gray, width, height int) *image.Gray {
	to := image.NewGray(image.Rect(0, 0, width, height))
	wide, tall := float64(grey.Rect.Dx())/float64(width), float64(grey.Rect.Dy())/float64(height)
	overlap := func(at int, left, size float64) float64 {
		return max(0, math.Min(left+size, float64(at+1))-math.Max(left, float64(at)))
	}
	for y := range height {
		for x := range width {
			sum := 0.0
			for fromY := range grey.Rect.Dy() {
				for fromX := range grey.Rect.Dx() {
					sum += float64(grey.Pix[fromY*grey.Stride+fromX]) * overlap(fromX, float64(x)*wide, wide) * overlap(fromY, float64(y)*tall, tall)
				}
			}
			to.Pix[y*to.Stride+x] = uint8(sum/wide/tall + 0.5)
		}
	}
	return to
}

func TestAResizedPictureHasTheAverageOfEachArea(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	side := func() int { return 1 + random.IntN(24) }
	for range 300 {
		grey := image.NewGray(image.Rect(0, 0, side(), side()))
		for i := range grey.Pix {
			grey.Pix[i] = uint8(random.IntN(256))
			if random.IntN(3) > 0 { // rows that are blank, and nearly
				grey.Pix[i] = 0xff
			}
		}
		width, height := side(), side()
		want, got := averages(grey, width, height), Resize(grey, width, height)
		for i := range want.Pix {
			require.InDelta(t, want.Pix[i], got.Pix[i], 4, "%v to %d by %d", grey.Rect, width, height)
		}
	}
}

func TestAWidePictureIsAveragedWithoutOverflow(t *testing.T) {
	const wide = 4 << 20
	grey := image.NewGray(image.Rect(0, 0, wide, 2))
	for i := range grey.Pix {
		grey.Pix[i] = 200
	}
	for _, value := range Resize(grey, 3, 1).Pix {
		require.EqualValues(t, 200, value)
	}
}
