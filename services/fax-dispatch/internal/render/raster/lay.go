package raster

import (
	"image"
	"math"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render/document"
	"github.com/mintfax/mintfax/shared/faxpage"
)

const (
	margin    = 0.25 // inches around a picture that is not a sheet itself
	sheetLike = 0.03 // how far the proportions of a scanned sheet may be off
	coarsest  = 72   // pixels of a picture in an inch, at least: small pictures stay small
	longest   = 20   // sheets that a long picture is cut into; what is longer is made smaller
	legible   = 0.6  // a picture that would have to be made smaller than that, to fit on a sheet, is cut
)

// shape is what is known of the pixels of a picture besides their greys.
type shape struct {
	pixelHeight float64 // in their widths
	perInch     float64 // widths of a pixel in an inch, 0 when it is not known
}

// square is the shape of pixels of which nothing is known.
var square = shape{pixelHeight: 1}

// lay puts a picture on white pages: as large as the sheet allows, and a wide one turned when it gets larger by that. A
// long one, as a receipt, keeps its width on a page that is to be cut.
func lay(grey *image.Gray, of shape, j document.Job) *image.Gray {
	width, height := float64(grey.Rect.Dx()), float64(grey.Rect.Dy())*of.pixelHeight
	upScale, turnedScale := scale(width, height, j), scale(height, width, j)
	if width > height && upScale < turnedScale && width > faxpage.Width {
		grey, upScale = Rotate(grey), turnedScale
		width, height = height, width
	}
	lines := j.SheetLines()
	if wider := widthScale(width, of, j); upScale < legible*wider && height*wider*float64(j.Resolution.LinesPerInch()) < float64(longest*lines) {
		upScale, lines = wider, max(lines, j.Lines(height*wider)+j.Lines(margin))
	}
	wide := min(int(math.Round(width*upScale*faxpage.PerInch)), faxpage.Width)
	tall := max(min(j.Lines(height*upScale), lines), 1)
	page := white(lines)
	top := 0
	if tall < lines-j.Lines(margin) || lines > j.SheetLines() {
		top = j.Lines(margin)
	}
	copyInto(page, Resize(grey, max(wide, 1), tall), (faxpage.Width-wide)/2, top)
	return page
}

// scale is how many inches of paper the width of a pixel gets on a sheet.
func scale(width, height float64, j document.Job) float64 {
	sheetWidth, sheetHeight := j.Sheet.Inches()
	sheetWidth = min(sheetWidth, float64(faxpage.Width)/faxpage.PerInch)
	if math.Abs(width/height/(sheetWidth/sheetHeight)-1) > sheetLike {
		sheetWidth, sheetHeight = sheetWidth-2*margin, sheetHeight-2*margin
	}
	return min(sheetWidth/width, sheetHeight/height, 1.0/coarsest)
}

// widthScale is scale on paper without an end.
func widthScale(width float64, of shape, j document.Job) float64 {
	sheetWidth, _ := j.Sheet.Inches()
	sheetWidth = min(sheetWidth, float64(faxpage.Width)/faxpage.PerInch) - 2*margin
	return min(sheetWidth/width, 1.0/max(coarsest, of.perInch))
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
