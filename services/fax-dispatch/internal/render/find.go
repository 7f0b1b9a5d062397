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
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render/worker"
)

// Find returns a renderer with the programs that are installed. Without poppler's, PDF files are drawn by pdfium,
// which takes seconds to get ready. Office documents are converted by so many converters at a URL, or with an empty one by
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
	programs := worker.Programs{PDF: path(pdf.Poppler), Info: path(pdf.Info), TIFF: path(raster.TIFFProgram)}
	if programs.PDF != "" && programs.Info != "" {
		return New(worker.NewPool(self, programs, Processes()), converter), nil
	}
	return WithPdfium(ctx, self, programs.TIFF, converter)
}

func converterAt(self, url string, converters int) (Converter, error) {
	if url != "" {
		return office.NewRemote(url, self, converters), nil
	}
	return office.NewLocal(self, path(office.Program))
}

// Lacks says, for whoever runs the service, what is missing on this machine and what follows.
func (r *Renderer) Lacks() (all []string) {
	if r.children.Programs().TIFF == "" {
		all = append(all, "there is no "+raster.TIFFProgram+" on the PATH or next to this program: TIFF files are refused")
	}
	if sandbox.Supported() {
		return all
	}
	all = append(all, "this kernel has no Landlock: what draws documents is limited, but could read the files of this service")
	if local, ok := r.conversions.by.(*office.Local); ok && local.Installed() {
		all = append(all, "LibreOffice runs next to this service and could read them, too: for development only; elsewhere run the converter (CONVERTER_URL)")
	}
	return all
}

// WithPdfium returns a renderer that draws PDF files by pdfium, and reads TIFF files by the program at a path. Its
// children are runs of the program self.
func WithPdfium(ctx context.Context, self, tiff string, converter Converter) (*Renderer, error) {
	dir, err := os.MkdirTemp("", "mintfax-pdfium-")
	if err != nil {
		return nil, err
	}
	if err := pdf.Compile(ctx, dir); err != nil {
		return nil, errors.Join(fmt.Errorf("prepare pdfium: %w", err), os.RemoveAll(dir))
	}
	r := New(worker.NewPool(self, worker.Programs{PDF: worker.Pdfium + dir, TIFF: tiff}, Processes()), converter)
	r.compiled = dir
	return r, nil
}

// Close removes what the renderer has prepared.
func (r *Renderer) Close() error {
	if r.compiled == "" {
		return nil
	}
	return os.RemoveAll(r.compiled)
}

// path looks for a program on the PATH and next to this one. It is empty for a program that is not there.
func path(program string) string {
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
