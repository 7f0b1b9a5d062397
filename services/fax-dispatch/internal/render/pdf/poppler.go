package pdf

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"math"
	"os/exec"
	"strconv"

	"golang.org/x/sync/errgroup"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render/document"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render/raster"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render/sandbox"
	"github.com/mintfax/mintfax/shared/faxpage"
)

// Poppler is the program that draws: poppler's, of the Debian package poppler-utils.
const Poppler = "pdftoppm"

// Pages makes the pages of a PDF file with the programs at these paths, which have no more than this process may have.
func Pages(ctx context.Context, program, info string, content []byte, j document.Job, add document.Sink) error {
	pages, err := judge(ctx, info, content)
	if err != nil {
		return err
	}
	found := featuresOf(content)
	if found.leaves != len(pages) && hasOtherPages(content, len(pages)) {
		return document.ErrDamaged
	}
	found.scale(pages)
	for _, r := range runsOf(pages, j) {
		d := drawer{program: program, content: content, job: j, grey: r.turned || r.squeeze != 1 || found.pictures || j.Dithering == document.DitherPhoto}
		if err := d.draw(ctx, r, add); err != nil {
			return err
		}
	}
	return nil
}

// drawer draws the pages of a document.
type drawer struct {
	program string
	content []byte
	job     document.Job
	grey    bool // without, it draws faster: each pixel is black or white
}

// draw draws a run by two processes: one for its odd pages and one for the even ones. A page that they cannot draw,
// perhaps for want of memory, and those after it are drawn by a single one, which has that of both.
func (d drawer) draw(ctx context.Context, r run, add document.Sink) error {
	drawn := 0
	each := func(sheets []document.Page) error {
		drawn++
		for _, sheet := range sheets {
			if err := add(sheet); err != nil {
				return err
			}
		}
		return nil
	}
	err := d.drawBy(ctx, r, each, []hand{
		{number: r.first, step: 2, memory: sandbox.ToolMemoryShared, pages: make(chan []document.Page)},
		{number: r.first + 1, step: 2, memory: sandbox.ToolMemoryShared, pages: make(chan []document.Page)},
	})
	if !errors.Is(err, document.ErrDamaged) {
		return err
	}
	r.first += drawn
	alone := hand{number: r.first, step: 1, memory: sandbox.ToolMemory, pages: make(chan []document.Page)}
	return d.drawBy(ctx, r, each, []hand{alone})
}

func (d drawer) drawBy(ctx context.Context, r run, each func(sheets []document.Page) error, hands []hand) error {
	group, ctx := errgroup.WithContext(ctx)
	for _, h := range hands {
		group.Go(func() error { return d.work(ctx, r, h) })
	}
	group.Go(func() error {
		for n := r.first; n <= r.last; n++ {
			sheets, ok := <-hands[(n-r.first)%len(hands)].pages
			if !ok {
				return nil // the hand says why
			}
			if err := each(sheets); err != nil {
				return err
			}
		}
		return nil
	})
	return group.Wait()
}

// hand draws every page of a run from one on, or every other.
type hand struct {
	number int // of its first page
	step   int
	memory uint64               // bytes
	pages  chan []document.Page // the sheets of each
}

func (d drawer) work(ctx context.Context, r run, h hand) error {
	defer close(h.pages)
	count := (r.last-h.number)/h.step + 1
	if h.number > r.last {
		return nil
	}
	err := sandbox.RunTool(d.command(ctx, r, h), h.memory, func(out io.Reader, more func() error) error {
		drawn, err := pictures(out, count, func(drawn raster.Bitmap) error {
			if err := more(); err != nil {
				return err
			}
			select {
			case h.pages <- r.sheets(drawn, d.job):
				return nil
			case <-ctx.Done():
				return ctx.Err()
			}
		})
		if err == nil && drawn != count {
			return document.ErrDamaged // whatever it says of itself
		}
		return err
	})
	if errors.Is(err, sandbox.ErrExceeded) {
		return document.ErrTooComplex
	}
	return err
}

func (d drawer) command(ctx context.Context, r run, h hand) *exec.Cmd {
	args := []string{"-mono"}
	if d.grey {
		args = []string{"-gray"}
	}
	switch {
	case h.step == 2 && h.number%2 == 0:
		args = append(args, "-e")
	case h.step == 2:
		args = append(args, "-o")
	}
	command := exec.CommandContext(ctx, d.program, append(args, "-aa", "no", "-aaVector", "no", "-cropbox",
		"-f", strconv.Itoa(h.number), "-l", strconv.Itoa(r.last), "-rx", decimal(r.perInchX), "-ry", decimal(r.perInchY), "-")...)
	command.Env, command.Dir = []string{}, "/"
	command.Stdin = bytes.NewReader(d.content)
	return command
}

// maxDrawn is how many pixels a drawn page may have. The largest that is asked for has 2 million more than a page.
const maxDrawn = 40_000_000

// pictures reads up to count pictures, each of which is a page.
func pictures(out io.Reader, count int, add func(raster.Bitmap) error) (int, error) {
	from := bufio.NewReaderSize(out, 1<<20)
	for n := range count {
		drawn, err := raster.ReadNetpbm(from, maxDrawn)
		if err != nil {
			return n, nil // it draws no more
		}
		if err := add(drawn); err != nil {
			return n, err
		}
	}
	return count, nil
}

// sheets are those of a drawn page, encoded.
func (r run) sheets(drawn raster.Bitmap, j document.Job) (all []document.Page) {
	for _, sheet := range raster.Cut(r.page(drawn, j), j) {
		all = append(all, document.EncodePage(sheet))
	}
	return all
}

func (r run) page(drawn raster.Bitmap, j document.Job) faxpage.Page {
	if drawn.Bits != nil {
		return placeBits(drawn)
	}
	grey := drawn.Grey
	if r.turned {
		grey = raster.Rotate(grey)
	}
	if lines := int(math.Round(float64(grey.Rect.Dy()) * r.squeeze)); lines != grey.Rect.Dy() {
		grey = raster.Resize(grey, grey.Rect.Dx(), max(lines, 1))
	}
	return raster.Dither(placeGrey(grey), j.Dithering)
}

func decimal(v float64) string { return strconv.FormatFloat(v, 'f', 2, 64) }
