package pdf

import (
	"bufio"
	"context"
	"errors"
	"io"
	"math"
	"strconv"

	"golang.org/x/sync/errgroup"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render/document"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render/raster"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render/sandbox"
	"github.com/mintfax/mintfax/shared/faxpage"
)

// Pages renders a PDF file by document.PopplerDraw and document.PopplerInfo at the given paths.
func Pages(ctx context.Context, program, info string, content []byte, j document.Job, add document.Sink) error {
	pages, err := inspect(ctx, info, content)
	if err != nil {
		return err
	}
	found := featuresOf(content)
	if found.leaves != len(pages) && hasOtherPages(content, len(pages)) {
		return document.ErrDamaged
	}
	found.scale(pages)
	for _, r := range runsOf(pages, j) {
		d := drawer{program: program, content: content, job: j, grey: r.rotate || r.squeeze != 1 || found.pictures || j.Dithering == document.DitherPhoto}
		if err := d.draw(ctx, r, add); err != nil {
			return err
		}
	}
	return nil
}

// drawer draws the pages of a file.
type drawer struct {
	program string
	content []byte
	job     document.Job
	grey    bool // false is faster: each pixel is black or white
}

// draw draws a run by two tools, one for its odd pages and one for the even ones. From a page that they cannot draw,
// perhaps for lack of memory, a single tool goes on with the memory of both.
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
	err := d.drawBy(ctx, r, each, []part{
		{first: r.first, step: 2, memory: sandbox.ToolMemoryShared, pages: make(chan []document.Page)},
		{first: r.first + 1, step: 2, memory: sandbox.ToolMemoryShared, pages: make(chan []document.Page)},
	})
	if !errors.Is(err, document.ErrDamaged) {
		return err
	}
	r.first += drawn
	alone := part{first: r.first, step: 1, memory: sandbox.ToolMemory, pages: make(chan []document.Page)}
	return d.drawBy(ctx, r, each, []part{alone})
}

func (d drawer) drawBy(ctx context.Context, r run, each func(sheets []document.Page) error, parts []part) error {
	group, ctx := errgroup.WithContext(ctx)
	for _, p := range parts {
		group.Go(func() error { return d.drawPart(ctx, r, p) })
	}
	group.Go(func() error {
		for n := r.first; n <= r.last; n++ {
			sheets, ok := <-parts[(n-r.first)%len(parts)].pages
			if !ok {
				return nil // drawPart returns the error
			}
			if err := each(sheets); err != nil {
				return err
			}
		}
		return nil
	})
	return group.Wait()
}

// part is what one tool draws of a run: every page from the first on, or every other.
type part struct {
	first  int // number of its first page
	step   int
	memory uint64               // bytes
	pages  chan []document.Page // each as its sheets
}

func (d drawer) drawPart(ctx context.Context, r run, p part) error {
	defer close(p.pages)
	count := (r.last-p.first)/p.step + 1
	if p.first > r.last {
		return nil
	}
	tool := sandbox.Tool{Program: d.program, Args: d.args(r, p), Input: d.content, Memory: p.memory}
	return tool.Run(ctx, func(out io.Reader, more func() error) error {
		drawn, err := pictures(out, count, func(drawn raster.Bitmap) error {
			if err := more(); err != nil {
				return err
			}
			select {
			case p.pages <- r.sheets(drawn, d.job):
				return nil
			case <-ctx.Done():
				return ctx.Err()
			}
		})
		if err == nil && drawn != count {
			return document.ErrDamaged // for any exit status
		}
		return err
	})
}

func (d drawer) args(r run, p part) []string {
	args := []string{"-mono"}
	if d.grey {
		args = []string{"-gray"}
	}
	switch {
	case p.step == 2 && p.first%2 == 0:
		args = append(args, "-e")
	case p.step == 2:
		args = append(args, "-o")
	}
	return append(args, "-aa", "no", "-aaVector", "no", "-cropbox",
		"-f", strconv.Itoa(p.first), "-l", strconv.Itoa(r.last), "-rx", decimal(r.perInchX), "-ry", decimal(r.perInchY), "-")
}

// maxPixels is the limit of a drawn page.
const maxPixels = 40_000_000

// pictures reads up to count pictures, each of which is a page, and returns how many there were.
func pictures(out io.Reader, count int, add func(raster.Bitmap) error) (int, error) {
	from := bufio.NewReaderSize(out, 1<<20)
	for n := range count {
		drawn, err := raster.ReadNetpbm(from, maxPixels)
		if err != nil {
			return n, nil // there are no more
		}
		if err := add(drawn); err != nil {
			return n, err
		}
	}
	return count, nil
}

// sheets are the encoded sheets of a drawn page.
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
	if r.rotate {
		grey = raster.Rotate(grey)
	}
	if lines := int(math.Round(float64(grey.Rect.Dy()) * r.squeeze)); lines != grey.Rect.Dy() {
		grey = raster.Resize(grey, grey.Rect.Dx(), max(lines, 1))
	}
	return raster.Dither(placeGrey(grey), j.Dithering)
}

func decimal(v float64) string { return strconv.FormatFloat(v, 'f', 2, 64) }
