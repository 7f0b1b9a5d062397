package raster

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render/document"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render/sandbox"
	"github.com/mintfax/mintfax/shared/faxpage"
)

// TIFF renders every picture of a TIFF file, which document.TIFFReader at a path reads. Fax pages of the same resolution stay as
// they are, dot by dot. Without a program the type is not supported.
func TIFF(ctx context.Context, program string, content []byte, j document.Job, add document.Sink) error {
	if program == "" {
		return document.ErrUnsupported
	}
	tool := sandbox.Tool{Program: program, Args: []string{strconv.Itoa(document.MaxPages)}, Input: content, Memory: sandbox.ToolMemoryTIFF}
	return tool.Run(ctx, func(out io.Reader, more func() error) error {
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
}

// stored is a picture of a file.
type stored struct {
	Bitmap

	perInchX, perInchY float64 // 0 when the file does not say
	orientation        int
}

// nextStored reads a picture from document.TIFFReader. It fails with io.EOF after the last one, or with a document.Refusal.
func nextStored(from *bufio.Reader) (s stored, err error) {
	line, err := from.ReadSlice('\n')
	if err != nil {
		return s, document.ErrDamaged // the program crashed
	}
	report := strings.TrimSpace(string(line))
	if report == "end" {
		return s, io.EOF
	}
	if document.IsRefusal(report) {
		return s, document.Refusal(report)
	}
	if _, err := fmt.Sscanf(report, "%f %f %d", &s.perInchX, &s.perInchY, &s.orientation); err != nil {
		return s, fmt.Errorf("parse the output of %s: %w", document.TIFFReader, err)
	}
	switch s.Bitmap, err = ReadNetpbm(from, maxBytes); {
	case errors.Is(err, ErrTooManyPixels):
		return s, document.ErrTooLarge
	case err != nil:
		return s, document.ErrDamaged
	}
	return s, nil
}

// page renders a picture. One that is a fax page already is kept, or scaled to the other resolution.
func (s stored) page(j document.Job) faxpage.Page {
	from, isFax := s.faxResolution()
	switch {
	case !isFax:
		return Dither(layOut(upright(s.Greys(), s.orientation), s.shape(), j), j.Dithering)
	case from == j.Resolution:
		return faxpage.Page{Bits: s.Bits}
	default:
		lines := s.Height * j.Resolution.LinesPerInch() / from.LinesPerInch()
		return Dither(Resize(s.Greys(), faxpage.Width, max(lines, 1)), document.DitherText)
	}
}

// shape is that of the pixels once the picture is upright. Implausible proportions are ignored.
func (s stored) shape() shape {
	x, y := s.perInchX, s.perInchY
	if x <= 0 || y <= 0 || x/y > 8 || y/x > 8 {
		return square
	}
	const transposed = 5 // orientations from this on exchange width and height
	if s.orientation >= transposed {
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
		if math.Abs(s.perInchY-float64(resolution.LinesPerInch())) <= tolerance && s.Height <= (document.Job{Resolution: resolution}).Lines(document.MaxInches) {
			return resolution, true
		}
	}
	return "", false
}
