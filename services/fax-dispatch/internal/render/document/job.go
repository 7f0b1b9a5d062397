package document

import (
	"errors"
	"math"
	"slices"

	"github.com/mintfax/mintfax/shared/faxpage"
)

// Limits of a rendered document.
const (
	MaxPages = 350
	// MaxInches is the height of the longest page, that of legal paper. Longer pages are scaled down or split.
	MaxInches = 14
)

// Job says how to render a document.
type Job struct {
	Type       Type
	Sheet      Sheet // for documents without pages of their own
	Resolution faxpage.Resolution
	Dithering  Dithering
}

// Dithering is how grey becomes black and white. The values are those of the API's field optimize_for.
type Dithering string

// The methods.
const (
	// DitherAuto inspects the page: one with smooth greys, as pictures have them, is dithered as DitherPhoto, any other
	// as DitherText.
	DitherAuto Dithering = ""
	// DitherText makes every pixel below a threshold black, which keeps strokes sharp.
	DitherText Dithering = "text"
	// DitherPhoto diffuses the error of each pixel over its neighbours, which keeps the average grey of an area.
	DitherPhoto Dithering = "photo"
)

// Lines converts a height in inches to lines.
func (j Job) Lines(inches float64) int {
	return int(math.Round(inches * float64(j.Resolution.LinesPerInch())))
}

// SheetLines is the number of lines of the sheet.
func (j Job) SheetLines() int {
	_, height := j.Sheet.Inches()
	return j.Lines(height)
}

// Args encodes the job as command-line arguments. ParseJob is the inverse.
func (j Job) Args() []string {
	return []string{string(j.Type), string(j.Sheet), string(j.Resolution), string(j.Dithering)}
}

// ParseJob decodes the arguments of Job.Args.
func ParseJob(args []string) (Job, error) {
	if len(args) != 4 {
		return Job{}, errors.New("a job has a type, a sheet, a resolution and a dithering")
	}
	j := Job{Type: Type(args[0]), Sheet: Sheet(args[1]), Resolution: faxpage.Resolution(args[2]), Dithering: Dithering(args[3])}
	if !slices.Contains([]faxpage.Resolution{faxpage.Fine, faxpage.Standard}, j.Resolution) {
		return Job{}, errors.New("unknown resolution: " + args[2])
	}
	return j, nil
}
