package job

import (
	"errors"
	"math"
	"slices"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/document"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render/frame"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/tone"
	"github.com/mintfax/mintfax/shared/faxpage"
)

// Limits of what becomes of a document.
const (
	MaxPages = 350
	// MaxInches is the height of the longest page, that of legal paper; longer ones are made smaller.
	MaxInches = 14
)

// Job is what a document is to become.
type Job struct {
	Type       document.Type
	Sheet      document.Sheet // for documents without pages of their own
	Resolution faxpage.Resolution
	Tone       tone.Method
}

// Sink takes the next page.
type Sink func(frame.Page) error

// Lines is how many lines so many inches have.
func (j Job) Lines(inches float64) int {
	return int(math.Round(inches * float64(j.Resolution.LinesPerInch())))
}

// SheetLines is how many lines the sheet has.
func (j Job) SheetLines() int {
	_, height := j.Sheet.Inches()
	return j.Lines(height)
}

// Args are the job as arguments of a command.
func (j Job) Args() []string {
	return []string{string(j.Type), string(j.Sheet), string(j.Resolution), string(j.Tone)}
}

// Parse is the reverse of Args.
func Parse(args []string) (Job, error) {
	if len(args) != 4 {
		return Job{}, errors.New("a job has a type, a sheet, a resolution and a tone")
	}
	j := Job{Type: document.Type(args[0]), Sheet: document.Sheet(args[1]), Resolution: faxpage.Resolution(args[2]), Tone: tone.Method(args[3])}
	if !slices.Contains([]faxpage.Resolution{faxpage.Fine, faxpage.Standard}, j.Resolution) {
		return Job{}, errors.New("there is no such resolution: " + args[2])
	}
	return j, nil
}
