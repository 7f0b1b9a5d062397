package picture

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"os/exec"
	"strconv"
	"strings"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/document"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render/budget"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render/job"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/tone"
	"github.com/mintfax/mintfax/shared/faxpage"
)

// Libtiff is the program that reads TIFF files: cmd/tiffpages.
const Libtiff = "tiffpages"

// TIFF makes a page of every picture of a TIFF file with the program at a path. Pages of a fax of the same resolution
// stay as they are, dot by dot. Without a program the type is not supported.
func TIFF(ctx context.Context, program string, content []byte, j job.Job, add job.Sink) error {
	if program == "" {
		return document.ErrUnsupported
	}
	command := exec.CommandContext(ctx, program, strconv.Itoa(job.MaxPages))
	command.Env, command.Dir = []string{}, "/"
	command.Stdin = bytes.NewReader(content)
	err := budget.Run(command, budget.MemoryOfPictures, func(out io.Reader, more func() error) error {
		from := bufio.NewReaderSize(out, 1<<20)
		for {
			next, err := nextStored(from)
			if errors.Is(err, io.EOF) {
				return nil
			}
			if err != nil {
				return err
			}
			if err := errors.Join(more(), addCut(next.page(j), j, add)); err != nil {
				return err
			}
		}
	})
	if errors.Is(err, budget.ErrExceeded) {
		return document.ErrTooComplex
	}
	return err
}

// stored is a picture as it is in the file.
type stored struct {
	Raster

	perInchX, perInchY float64 // 0 when the file does not say
	orientation        int
}

// nextStored reads a picture. It ends with io.EOF, or with the document.Refusal of what cannot be read.
func nextStored(from *bufio.Reader) (s stored, err error) {
	line, err := from.ReadSlice('\n')
	if err != nil {
		return s, document.ErrDamaged // the program has broken on it
	}
	word := strings.TrimSpace(string(line))
	if word == "end" {
		return s, io.EOF
	}
	if document.IsRefusal(word) {
		return s, document.Refusal(word)
	}
	if _, err := fmt.Sscanf(word, "%f %f %d", &s.perInchX, &s.perInchY, &s.orientation); err != nil {
		return s, fmt.Errorf("what %s writes: %w", Libtiff, err)
	}
	switch s.Raster, err = NextRaster(from, maxBytes); {
	case errors.Is(err, ErrRasterTooLarge):
		return s, document.ErrTooLarge
	case err != nil:
		return s, document.ErrDamaged
	}
	return s, nil
}

// page keeps what is a fax page already, of the same resolution or the other one.
func (s stored) page(j job.Job) faxpage.Page {
	from, isFax := s.faxResolution()
	switch {
	case !isFax:
		return tone.Page(lay(upright(s.Greys(), s.orientation), s.shape(), j), j.Tone)
	case from == j.Resolution:
		return faxpage.Page{Bits: s.Bits}
	default:
		lines := s.Height * j.Resolution.LinesPerInch() / from.LinesPerInch()
		return tone.Page(Resize(s.Greys(), faxpage.Width, max(lines, 1)), tone.Text)
	}
}

// shape is that of the pixels once the picture is upright. What is out of all proportion is not believed.
func (s stored) shape() shape {
	x, y := s.perInchX, s.perInchY
	if x <= 0 || y <= 0 || x/y > 8 || y/x > 8 {
		return square
	}
	const lying = 5 // orientations from this on exchange width and height
	if s.orientation >= lying {
		x, y = y, x
	}
	return shape{pixelHeight: x / y, perInch: x}
}

func (s stored) faxResolution() (faxpage.Resolution, bool) {
	const tolerance = 8 // lines in an inch: 100 and 200 are written for 98 and 196
	if s.Width != faxpage.Width || s.Bits == nil || s.orientation != 1 {
		return "", false
	}
	for _, resolution := range []faxpage.Resolution{faxpage.Fine, faxpage.Standard} {
		if math.Abs(s.perInchY-float64(resolution.LinesPerInch())) <= tolerance && s.Height <= (job.Job{Resolution: resolution}).Lines(job.MaxInches) {
			return resolution, true
		}
	}
	return "", false
}
