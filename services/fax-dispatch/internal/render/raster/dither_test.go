package raster_test

import (
	"image"
	"math/bits"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render/document"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render/raster"
	"github.com/mintfax/mintfax/shared/faxpage"
)

func grey(lines int, value func(x, y int) byte) *image.Gray {
	picture := image.NewGray(image.Rect(0, 0, faxpage.Width, lines))
	for y := range lines {
		for x := range faxpage.Width {
			picture.Pix[y*picture.Stride+x] = value(x, y)
		}
	}
	return picture
}

func blackShare(page faxpage.Page) float64 {
	black := 0
	for _, b := range page.Bits {
		black += bits.OnesCount8(b)
	}
	return float64(black) / float64(len(page.Bits)*8)
}

func TestAPhotoKeepsItsGreys(t *testing.T) {
	for value := 0; value <= 255; value += 15 {
		page := raster.Dither(grey(200, func(int, int) byte { return byte(value) }), document.DitherPhoto)
		require.InDelta(t, 1-float64(value)/255, blackShare(page), 0.02, "grey %d", value)
	}
}

func TestTextStaysSharp(t *testing.T) {
	strokes := grey(100, func(x, _ int) byte { return []byte{255, 255, 255, 140, 0, 0, 140, 255}[x%8] })
	for _, method := range []document.Dithering{document.DitherText, document.DitherAuto} {
		page := raster.Dither(strokes, method)
		for x := range faxpage.Width {
			require.Equal(t, x%8 >= 3 && x%8 <= 6, page.Black(x, 50), "%s at %d", method, x)
		}
	}
}

func TestAutoInspectsThePage(t *testing.T) {
	slope := grey(200, func(x, y int) byte { return byte(x / 8) })
	require.Equal(t, raster.Dither(slope, document.DitherPhoto), raster.Dither(slope, document.DitherAuto))
	white := grey(200, func(int, int) byte { return 255 })
	require.Zero(t, blackShare(raster.Dither(white, document.DitherAuto)))
	black := grey(200, func(int, int) byte { return 0 })
	require.InDelta(t, 1, blackShare(raster.Dither(black, document.DitherPhoto)), 0)
}
