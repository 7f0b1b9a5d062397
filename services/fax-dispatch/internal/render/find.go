package render

import (
	"os"
	"os/exec"
	"runtime"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render/child"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render/office"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render/pdf"
)

// Find returns a renderer with the programs that are installed. Without poppler's, PDF files are drawn by pdfium;
// without LibreOffice, its documents are not supported.
func Find() (*Renderer, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	converter, err := office.New(self, path(office.Program))
	if err != nil {
		return nil, err
	}
	return New(child.NewPool(self, path(pdf.Poppler), runtime.NumCPU()), converter), nil
}

// path is empty for a program that is not there.
func path(program string) string {
	found, err := exec.LookPath(program)
	if err != nil {
		return ""
	}
	return found
}
