package render

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render/document"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render/office"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render/sandbox"
)

// Find returns a renderer with the programs that are installed. Without poppler it draws PDF files by pdfium, whose
// compilation takes seconds. It converts office documents by the given number of converters at a URL, or without a URL by
// LibreOffice on this machine; without either they are not supported.
func Find(ctx context.Context, converterURL string, converters int) (*Renderer, error) {
	renderer, err := sandbox.FindWorker(Worker)
	if err != nil {
		return nil, err
	}
	converter, err := converterAt(converterURL, converters)
	if err != nil {
		return nil, err
	}
	programs := document.Programs{
		PDF: sandbox.FindProgram(document.PopplerDraw), Info: sandbox.FindProgram(document.PopplerInfo), TIFF: sandbox.FindProgram(document.TIFFReader),
	}
	if programs.PDF != "" && programs.Info != "" {
		return New(NewWorkerPool(renderer, programs, MaxWorkers()), converter), nil
	}
	return WithPdfium(ctx, renderer, programs.TIFF, converter)
}

func converterAt(url string, converters int) (Converter, error) {
	worker, err := sandbox.FindWorker(office.Worker)
	if err != nil {
		return nil, err
	}
	if url != "" {
		return office.NewRemote(url, worker, converters), nil
	}
	return office.NewLocal(worker, sandbox.FindProgram(office.Program))
}

// Lacks describes to the operator what is missing on this machine, and the consequences.
func (r *Renderer) Lacks() (all []string) {
	if r.workers.Programs().TIFF == "" {
		all = append(all, "there is no "+document.TIFFReader+" on the PATH or next to this program: TIFF files are refused")
	}
	if sandbox.Supported() {
		return all
	}
	all = append(all, "this kernel has no Landlock: processes that draw documents are limited, but could read the files of this service")
	if local, ok := r.conversions.converter.(*office.Local); ok && local.Installed() {
		all = append(all, "LibreOffice runs next to this service and could read them, too: for development only; elsewhere run the converter (CONVERTER_URL)")
	}
	return all
}

// WithPdfium returns a renderer that draws PDF files by pdfium and reads TIFF files by the program at the path tiff. Its
// workers are runs of the program renderer.
func WithPdfium(ctx context.Context, renderer, tiff string, converter Converter) (*Renderer, error) {
	dir, err := os.MkdirTemp("", "mintfax-pdfium-")
	if err != nil {
		return nil, err
	}
	if err := CompilePdfium(ctx, renderer, dir); err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	r := New(NewWorkerPool(renderer, document.Programs{PDF: document.PdfiumPrefix + dir, TIFF: tiff}, MaxWorkers()), converter)
	r.pdfiumDir = dir
	return r, nil
}

// CompilePdfium has the program renderer compile pdfium into a directory, which takes seconds. Its workers use it as
// document.PdfiumPrefix and the directory.
func CompilePdfium(ctx context.Context, renderer, dir string) error {
	dir, err := filepath.Abs(dir) // the command runs elsewhere
	if err != nil {
		return err
	}
	if output, err := sandbox.Command(ctx, renderer, document.CompileArgument, dir).CombinedOutput(); err != nil {
		return fmt.Errorf("compile pdfium: %w: %s", err, output)
	}
	return nil
}

// Close removes the compiled pdfium.
func (r *Renderer) Close() error {
	if r.pdfiumDir == "" {
		return nil
	}
	return os.RemoveAll(r.pdfiumDir)
}
