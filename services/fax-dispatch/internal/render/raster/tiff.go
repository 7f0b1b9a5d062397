package raster

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

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render/document"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render/sandbox"
	"github.com/mintfax/mintfax/shared/faxpage"
)

// TIFFProgram is the program that reads TIFF files: cmd/tiffpages.
const TIFFProgram = "tiffpages"

// TIFF makes a page of every picture of a TIFF file with the program at a path. Pages of a fax of the same resolution
// stay as they are, dot by dot. Without a program the type is not supported.
func TIFF(ctx context.Context, program string, content []byte, j document.Job, add document.Sink) error {
	if program == "" {
		return document.ErrUnsupported
	}
	command := exec.CommandContext(ctx, program, strconv.Itoa(document.MaxPages))
	command.Env, command.Dir = []string{}, "/"
	command.Stdin = bytes.NewReader(content)
	err := sandbox.RunTool(command, sandbox.ToolMemoryTIFF, func(out io.Reader, more func() error) error {
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
	if errors.Is(err, sandbox.ErrExceeded) {
		return document.ErrTooComplex
	}
	return err
}

// stored is a picture as it is in the file.
type stored struct {
	Bitmap

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
		return s, fmt.Errorf("what %s writes: %w", TIFFProgram, err)
	}
	switch s.Bitmap, err = ReadNetpbm(from, maxBytes); {
	case errors.Is(err, ErrTooManyPixels):
		return s, document.ErrTooLarge
	case err != nil:
		return s, document.ErrDamaged
	}
	return s, nil
}

// page keeps what is a fax page already, of the same resolution or the other one.
func (s stored) page(j document.Job) faxpage.Page {
	from, isFax := s.faxResolution()
	switch {
	case !isFax:
		return Dither(lay(upright(s.Greys(), s.orientation), s.shape(), j), j.Dithering)
	case from == j.Resolution:
		return faxpage.Page{Bits: s.Bits}
	default:
		lines := s.Height * j.Resolution.LinesPerInch() / from.LinesPerInch()
		return Dither(Resize(s.Greys(), faxpage.Width, max(lines, 1)), document.DitherText)
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
		if math.Abs(s.perInchY-float64(resolution.LinesPerInch())) <= tolerance && s.Height <= (document.Job{Resolution: resolution}).Lines(document.MaxInches) {
			return resolution, true
		}
	}
	return "", false
}
