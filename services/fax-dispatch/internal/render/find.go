package render

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render/office"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render/pdf"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render/raster"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render/sandbox"
)

// Find returns a renderer with the programs that are installed. Without poppler it draws PDF files by pdfium, whose
// compilation takes seconds. It converts office documents by the given number of converters at a URL, or without a URL by
// LibreOffice on this machine; without either they are not supported.
func Find(ctx context.Context, converterURL string, converters int) (*Renderer, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	converter, err := converterAt(self, converterURL, converters)
	if err != nil {
		return nil, err
	}
	programs := Programs{PDF: programPath(pdf.Poppler), Info: programPath(pdf.Info), TIFF: programPath(raster.TIFFProgram)}
	if programs.PDF != "" && programs.Info != "" {
		return New(NewWorkerPool(self, programs, MaxWorkers()), converter), nil
	}
	return WithPdfium(ctx, self, programs.TIFF, converter)
}

func converterAt(self, url string, converters int) (Converter, error) {
	if url != "" {
		return office.NewRemote(url, self, converters), nil
	}
	return office.NewLocal(self, programPath(office.Program))
}

// Lacks describes to the operator what is missing on this machine, and the consequences.
func (r *Renderer) Lacks() (all []string) {
	if r.workers.Programs().TIFF == "" {
		all = append(all, "there is no "+raster.TIFFProgram+" on the PATH or next to this program: TIFF files are refused")
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
// workers are runs of the program self.
func WithPdfium(ctx context.Context, self, tiff string, converter Converter) (*Renderer, error) {
	dir, err := os.MkdirTemp("", "mintfax-pdfium-")
	if err != nil {
		return nil, err
	}
	if err := pdf.Compile(ctx, dir); err != nil {
		return nil, errors.Join(fmt.Errorf("prepare pdfium: %w", err), os.RemoveAll(dir))
	}
	r := New(NewWorkerPool(self, Programs{PDF: PdfiumPrefix + dir, TIFF: tiff}, MaxWorkers()), converter)
	r.pdfiumDir = dir
	return r, nil
}

// Close removes the compiled pdfium.
func (r *Renderer) Close() error {
	if r.pdfiumDir == "" {
		return nil
	}
	return os.RemoveAll(r.pdfiumDir)
}

// programPath looks for a program on the PATH and beside this one. It is empty if there is none.
func programPath(program string) string {
	if found, err := exec.LookPath(program); err == nil {
		return found
	}
	self, err := os.Executable()
	if err != nil {
		return ""
	}
	found, err := exec.LookPath(filepath.Join(filepath.Dir(self), program))
	if err != nil {
		return ""
	}
	return found
}
