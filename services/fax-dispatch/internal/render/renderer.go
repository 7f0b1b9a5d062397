package render

import (
	"context"
	"errors"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/document"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render/child"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render/frame"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render/job"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render/office"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render/text"
)

// Converter makes PDF files of HTML and of office documents: by LibreOffice on this machine (office.Converter), or in
// a container of its own (remote.Converter). It refuses a document with a document.Refusal.
type Converter interface {
	PDF(ctx context.Context, content []byte, kind document.Type, sheet document.Sheet) ([]byte, error)
}

// Renderer makes pages.
type Renderer struct {
	children *child.Pool
	office   Converter
	compiled string // a directory of its own, with pdfium
}

// New returns a renderer.
func New(children *child.Pool, converter Converter) *Renderer {
	return &Renderer{children: children, office: converter}
}

// Render hands the pages of a file on, in order and encoded. The type of the job is found out here and returned.
// A file that cannot be faxed is refused with a document.Refusal, perhaps after some pages; any other error means
// that it could not be rendered now.
func (r *Renderer) Render(ctx context.Context, content []byte, j job.Job, add func(frame.Page) error) (document.Type, error) {
	kind, err := document.TypeOf(content)
	if err != nil {
		return "", err
	}
	j.Type = kind
	return kind, r.render(ctx, content, j, add)
}

func (r *Renderer) render(ctx context.Context, content []byte, j job.Job, add func(frame.Page) error) error {
	switch j.Type {
	case document.Text:
		err := text.Pages(content, j, add)
		if !errors.Is(err, text.ErrNeedsShaping) {
			return err
		}
		return r.convert(ctx, office.HTMLOf(content, j.Sheet), document.HTML, j, add)
	case document.HTML, document.DOCX, document.XLSX:
		return r.convert(ctx, content, j.Type, j, add)
	default:
		return r.children.Render(ctx, content, j, add)
	}
}

// convert goes by way of a PDF file.
func (r *Renderer) convert(ctx context.Context, content []byte, kind document.Type, j job.Job, add func(frame.Page) error) error {
	converted, err := r.office.PDF(ctx, content, kind, j.Sheet)
	if err != nil {
		return err
	}
	j.Type = document.PDF
	return r.children.Render(ctx, converted, j, add)
}
