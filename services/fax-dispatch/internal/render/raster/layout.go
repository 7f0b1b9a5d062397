package raster

import (
	"bytes"
	"image"
	"math"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render/document"
	"github.com/mintfax/mintfax/shared/faxpage"
)

const (
	margin         = 0.25 // inches around a picture that is not a scanned sheet
	sheetTolerance = 0.03 // of the proportions of a scanned sheet
	minPerInch     = 72   // pixels; small pictures stay small
	maxSheets      = 20   // that a long picture is split into; longer ones are scaled down
	minScale       = 0.6  // to fit a picture on a sheet; one that needs less is split
)

// shape is the shape of the pixels of a picture.
type shape struct {
	pixelHeight float64 // in pixel widths
	perInch     float64 // pixel widths per inch, 0 when unknown
}

// square is the default shape.
var square = shape{pixelHeight: 1}

// layOut places a picture on a white page, as large as the sheet allows. It rotates a wide picture if that makes it larger.
// A long one, such as a receipt, keeps its width: its page is longer than the sheet, for Cut to split.
func layOut(grey *image.Gray, of shape, j document.Job) *image.Gray {
	width, height := float64(grey.Rect.Dx()), float64(grey.Rect.Dy())*of.pixelHeight
	upScale, rotatedScale := scale(width, height, j), scale(height, width, j)
	if width > height && upScale < rotatedScale && width > faxpage.Width {
		grey, upScale = Rotate(grey), rotatedScale
		width, height = height, width
	}
	lines := j.SheetLines()
	if wider := widthScale(width, of, j); upScale < minScale*wider && height*wider*float64(j.Resolution.LinesPerInch()) < float64(maxSheets*lines) {
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

// scale is how many inches on paper the width of a pixel gets on a sheet.
func scale(width, height float64, j document.Job) float64 {
	sheetWidth, sheetHeight := j.Sheet.Inches()
	sheetWidth = min(sheetWidth, float64(faxpage.Width)/faxpage.PerInch)
	if math.Abs(width/height/(sheetWidth/sheetHeight)-1) > sheetTolerance {
		sheetWidth, sheetHeight = sheetWidth-2*margin, sheetHeight-2*margin
	}
	return min(sheetWidth/width, sheetHeight/height, 1.0/minPerInch)
}

// widthScale is scale on endless paper.
func widthScale(width float64, of shape, j document.Job) float64 {
	sheetWidth, _ := j.Sheet.Inches()
	sheetWidth = min(sheetWidth, float64(faxpage.Width)/faxpage.PerInch) - 2*margin
	return min(sheetWidth/width, 1.0/max(minPerInch, of.perInch))
}

func white(lines int) *image.Gray {
	return &image.Gray{
		Pix: bytes.Repeat([]byte{0xff}, faxpage.Width*lines), Stride: faxpage.Width, Rect: image.Rect(0, 0, faxpage.Width, lines),
	}
}

func copyInto(page, part *image.Gray, left, top int) {
	for y := range min(part.Rect.Dy(), page.Rect.Dy()-top) {
		copy(page.Pix[(top+y)*page.Stride+left:(top+y+1)*page.Stride], part.Pix[y*part.Stride:y*part.Stride+part.Rect.Dx()])
	}
}
