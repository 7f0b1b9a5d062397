package picture

import (
	"image"
	"math"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render/job"
	"github.com/mintfax/mintfax/shared/faxpage"
)

const (
	margin    = 0.25 // inches around a picture that is not a sheet itself
	sheetLike = 0.03 // how far the proportions of a scanned sheet may be off
	coarsest  = 72   // pixels of a picture in an inch, at least: small pictures stay small
	square    = 1.0  // the height of a pixel, in its widths
)

// lay puts a picture on a white page: as large as the sheet allows, and a wide one turned when it gets
// larger by that. pixelHeight is the height of its pixels in their widths.
func lay(grey *image.Gray, pixelHeight float64, j job.Job) *image.Gray {
	width, height := size(grey, pixelHeight)
	upScale, turnedScale := scale(width, height, j), scale(height, width, j)
	if width > height && upScale < turnedScale && width > faxpage.Width {
		grey, upScale = Turn(grey), turnedScale
		width, height = height, width
	}
	wide := min(int(math.Round(width*upScale*faxpage.PerInch)), faxpage.Width)
	tall := max(min(j.Lines(height*upScale), j.SheetLines()), 1)
	page := white(j.SheetLines())
	top := 0
	if tall < j.SheetLines()-j.Lines(margin) {
		top = j.Lines(margin)
	}
	copyInto(page, Resize(grey, max(wide, 1), tall), (faxpage.Width-wide)/2, top)
	return page
}

// size is the size in widths of a pixel.
func size(grey *image.Gray, pixelHeight float64) (width, height float64) {
	return float64(grey.Rect.Dx()), float64(grey.Rect.Dy()) * pixelHeight
}

// scale is how many inches of paper the width of a pixel gets.
func scale(width, height float64, j job.Job) float64 {
	sheetWidth, sheetHeight := j.Sheet.Inches()
	sheetWidth = min(sheetWidth, float64(faxpage.Width)/faxpage.PerInch)
	if math.Abs(width/height/(sheetWidth/sheetHeight)-1) > sheetLike {
		sheetWidth, sheetHeight = sheetWidth-2*margin, sheetHeight-2*margin
	}
	return min(sheetWidth/width, sheetHeight/height, 1.0/coarsest)
}

func white(lines int) *image.Gray {
	page := image.NewGray(image.Rect(0, 0, faxpage.Width, lines))
	for i := range page.Pix {
		page.Pix[i] = 0xff
	}
	return page
}

func copyInto(page, part *image.Gray, left, top int) {
	for y := range min(part.Rect.Dy(), page.Rect.Dy()-top) {
		copy(page.Pix[(top+y)*page.Stride+left:(top+y+1)*page.Stride], part.Pix[y*part.Stride:y*part.Stride+part.Rect.Dx()])
	}
}
