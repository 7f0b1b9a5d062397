package pdf

import (
	"image"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render/raster"
	"github.com/mintfax/mintfax/shared/faxpage"
)

// placeBits centres a drawn page on a fax page.
func placeBits(b raster.Bitmap) faxpage.Page {
	page := faxpage.New(b.Height)
	stride := (b.Width + 7) / 8
	cut := max(b.Width-faxpage.Width, 0) / 2 // pixels cropped on the left
	indent := max(faxpage.Width-b.Width, 0) / 2 / 8
	for y := range b.Height {
		from, to := b.Bits[y*stride:(y+1)*stride], page.Line(y)[indent:]
		shift(to, from[cut/8:], cut%8)
	}
	return page
}

// shift copies pixels without the first skip, which is less than eight.
func shift(to, from []byte, skip int) {
	if skip == 0 {
		copy(to, from)
		return
	}
	for i := range min(len(to), len(from)) {
		to[i] = from[i] << skip
		if i+1 < len(from) {
			to[i] |= from[i+1] >> (8 - skip)
		}
	}
}

// placeGrey is placeBits for greys.
func placeGrey(grey *image.Gray) *image.Gray {
	width := grey.Rect.Dx()
	if width == faxpage.Width {
		return grey
	}
	page := image.NewGray(image.Rect(0, 0, faxpage.Width, grey.Rect.Dy()))
	for i := range page.Pix {
		page.Pix[i] = 0xff
	}
	cut, indent := max(width-faxpage.Width, 0)/2, max(faxpage.Width-width, 0)/2
	for y := range grey.Rect.Dy() {
		row := grey.Pix[y*grey.Stride : y*grey.Stride+width]
		copy(page.Pix[y*page.Stride+indent:(y+1)*page.Stride], row[cut:])
	}
	return page
}
