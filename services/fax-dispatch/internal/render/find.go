package render

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render/child"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render/confine"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render/office"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render/pdf"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render/picture"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render/remote"
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
	programs := child.Programs{PDF: path(pdf.Poppler), Info: path(pdf.Info), TIFF: path(picture.Libtiff)}
	if programs.PDF != "" && programs.Info != "" {
		return New(child.NewPool(self, programs, Processes()), converter), nil
	}
	return WithPdfium(ctx, self, programs.TIFF, converter)
}

func converterAt(self, url string, converters int) (Converter, error) {
	if url != "" {
		return remote.New(url, self, converters), nil
	}
	return office.New(self, path(office.Program))
}

// Lacks says, for whoever runs the service, what is missing on this machine and what follows.
func (r *Renderer) Lacks() (all []string) {
	if r.children.Programs().TIFF == "" {
		all = append(all, "there is no "+picture.Libtiff+" on the PATH or next to this program: TIFF files are refused")
	}
	if confine.Supported() {
		return all
	}
	all = append(all, "this kernel has no Landlock: what draws documents is limited, but could read the files of this service")
	if local, ok := r.conversions.by.(*office.Converter); ok && local.Installed() {
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
	r := New(child.NewPool(self, child.Programs{PDF: child.Pdfium + dir, TIFF: tiff}, Processes()), converter)
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
