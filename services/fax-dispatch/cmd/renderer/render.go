package main

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

// renderDocument reads a document from in and writes its pages to out.
func renderDocument(ctx context.Context, args []string, in io.Reader, out io.Writer) error {
	if len(args) < 3 {
		return errors.New("the paths of the programs are missing")
	}
	programs := document.Programs{PDF: args[0], Info: args[1], TIFF: args[2]}
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
	to := document.NewPageWriter(out)
	pages := 0
	err = renderBy(ctx, programs, content, j, func(page document.Page) error {
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

func enterSandbox(p document.Programs) error {
	if dir, isPdfium := strings.CutPrefix(p.PDF, document.PdfiumPrefix); isPdfium {
		return sandbox.Enter(sandbox.WorkerMemoryPdfium, dir, p.TIFF)
	}
	return sandbox.Enter(sandbox.WorkerMemory, p.PDF, p.Info, p.TIFF)
}

func renderBy(ctx context.Context, p document.Programs, content []byte, j document.Job, add document.Sink) error {
	switch j.Type {
	case document.PDF:
		if dir, isPdfium := strings.CutPrefix(p.PDF, document.PdfiumPrefix); isPdfium {
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
