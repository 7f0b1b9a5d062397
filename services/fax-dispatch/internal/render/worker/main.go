package worker

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render/document"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render/pdf"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render/raster"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render/sandbox"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render/text"
)

// Argument is the first argument of a child. The paths of Programs follow, then the arguments of a job.
const Argument = "render"

// Programs are the paths of what a child runs. Without a program, a type is not supported.
type Programs struct {
	PDF  string // pdf.Poppler, or Pdfium and its directory
	Info string // pdf.Info, which Poppler needs
	TIFF string // raster.TIFFProgram
}

// Pdfium before a directory says that PDF files are drawn by the pdfium that was compiled there.
const Pdfium = "pdfium:"

// Main is the whole of a child: it reads a document from in and writes its pages to out.
func Main(ctx context.Context, args []string, in io.Reader, out io.Writer) error {
	if len(args) < 3 {
		return errors.New("a child needs its arguments")
	}
	programs := Programs{PDF: args[0], Info: args[1], TIFF: args[2]}
	j, err := document.ParseJob(args[3:])
	if err != nil {
		return err
	}
	memory := uint64(sandbox.WorkerMemory)
	readable, isPdfium := strings.CutPrefix(programs.PDF, Pdfium)
	if isPdfium {
		memory = sandbox.WorkerMemoryPdfium
	}
	if err := errors.Join(sandbox.Begin(memory), sandbox.Restrict("", readable, programs.Info, programs.TIFF)); err != nil {
		return fmt.Errorf("set the limits: %w", err)
	}
	content, err := io.ReadAll(in)
	if err != nil {
		return err
	}
	to := NewWriter(out)
	pages := 0
	err = render(ctx, programs, content, j, func(page document.Page) error {
		if pages++; pages > document.MaxPages {
			return document.ErrTooLong
		}
		if err := sandbox.PageDrawn(); err != nil {
			return err
		}
		return to.Add(page)
	})
	var refusal document.Refusal
	if err != nil && !errors.As(err, &refusal) {
		return err
	}
	if err == nil && pages == 0 {
		refusal = document.ErrEmpty
	}
	return to.End(refusal)
}

func render(ctx context.Context, programs Programs, content []byte, j document.Job, add document.Sink) error {
	switch j.Type {
	case document.PDF:
		if dir, ok := strings.CutPrefix(programs.PDF, Pdfium); ok {
			return pdf.PagesByPdfium(ctx, dir, content, j, add)
		}
		return pdf.Pages(ctx, programs.PDF, programs.Info, content, j, add)
	case document.TIFF:
		return raster.TIFF(ctx, programs.TIFF, content, j, add)
	case document.PNG:
		return raster.PNG(content, j, add)
	case document.JPEG:
		return raster.JPEG(content, j, add)
	case document.Text:
		return text.Pages(content, j, add)
	default:
		return fmt.Errorf("nobody renders %q in a process of its own", j.Type)
	}
}
