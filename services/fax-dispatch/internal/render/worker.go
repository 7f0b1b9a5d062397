package render

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

// Worker is the program, cmd/renderer, whose runs read one document each.
const Worker = "renderer"

// renderArgument is the first argument of a worker that renders: a run of the program renderer for one document. A worker
// has no environment and is confined by package sandbox, so that a document that takes it over gains nothing and breaks
// nothing else. Its pages pass to the parent through a pipe.
const renderArgument = "render"

// compileArgument is the first argument of a run that compiles pdfium into the directory of its second. pdfium loads only
// what the same program has compiled.
const compileArgument = "compile"

// PdfiumPrefix marks a PDF drawer that is not a program but the directory of a compiled pdfium.
const PdfiumPrefix = "pdfium:"

// Programs are the paths of the programs that a worker runs. Without a program, a type is not supported.
type Programs struct {
	PDF  string // pdf.Poppler, or PdfiumPrefix and its directory
	Info string // pdf.Info, which Poppler needs
	TIFF string // raster.TIFFProgram
}

// Args are the arguments of a worker.
func (p Programs) Args(j document.Job) []string {
	return append([]string{renderArgument, p.PDF, p.Info, p.TIFF}, j.Args()...)
}

// WorkerMain is the main function of the program renderer. The first argument says which kind of worker it is.
func WorkerMain(ctx context.Context, args []string, in io.Reader, out io.Writer) error {
	kind := ""
	if len(args) > 0 {
		kind, args = args[0], args[1:]
	}
	switch kind {
	case renderArgument:
		return renderMain(ctx, args, in, out)
	case compileArgument:
		if len(args) != 1 {
			return errors.New("the directory is missing")
		}
		return pdf.Compile(ctx, args[0])
	default:
		return errors.New("fax-dispatch starts this program")
	}
}

// renderMain reads a document from in and writes its pages to out.
func renderMain(ctx context.Context, args []string, in io.Reader, out io.Writer) error {
	if len(args) < 3 {
		return errors.New("the paths of the programs are missing")
	}
	programs := Programs{PDF: args[0], Info: args[1], TIFF: args[2]}
	j, err := document.ParseJob(args[3:])
	if err != nil {
		return err
	}
	if err := enterSandbox(programs); err != nil {
		return err
	}
	content, err := io.ReadAll(in)
	if err != nil {
		return err
	}
	to := newStreamWriter(out)
	pages := 0
	err = programs.render(ctx, content, j, func(page document.Page) error {
		if pages++; pages > document.MaxPages {
			return document.ErrTooLong
		}
		if err := sandbox.PageDrawn(); err != nil {
			return err
		}
		return to.add(page)
	})
	var refusal document.Refusal
	if err != nil && !errors.As(err, &refusal) {
		return err
	}
	if err == nil && pages == 0 {
		refusal = document.ErrEmpty
	}
	return to.end(refusal)
}

func enterSandbox(p Programs) error {
	if dir, isPdfium := strings.CutPrefix(p.PDF, PdfiumPrefix); isPdfium {
		return sandbox.Enter(sandbox.WorkerMemoryPdfium, dir, p.TIFF)
	}
	return sandbox.Enter(sandbox.WorkerMemory, p.PDF, p.Info, p.TIFF)
}

func (p Programs) render(ctx context.Context, content []byte, j document.Job, add document.Sink) error {
	switch j.Type {
	case document.PDF:
		if dir, isPdfium := strings.CutPrefix(p.PDF, PdfiumPrefix); isPdfium {
			return pdf.PagesByPdfium(ctx, dir, content, j, add)
		}
		return pdf.Pages(ctx, p.PDF, p.Info, content, j, add)
	case document.TIFF:
		return raster.TIFF(ctx, p.TIFF, content, j, add)
	case document.PNG:
		return raster.PNG(content, j, add)
	case document.JPEG:
		return raster.JPEG(content, j, add)
	case document.Text:
		return text.Pages(content, j, add)
	default:
		return fmt.Errorf("a worker cannot render %q", j.Type)
	}
}
