package render

import (
	"context"
	"errors"
	"runtime"
	"sync"
	"time"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/document"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render/child"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render/frame"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render/job"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render/office"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render/text"
	"github.com/mintfax/mintfax/shared/fairqueue"
)

// How many documents of an account may wait. Those that wait to be drawn are not loaded yet, and are what a gateway or
// two ask about at once; those that wait to be converted are loaded, with 10 MB at most.
const (
	waitToDraw    = 400
	waitToConvert = 4
)

// shortText is up to how many bytes a text is drawn by the service itself, which takes milliseconds. Longer ones have
// processes of their own, like all that takes work.
const shortText = 16 << 10

// AtOnce is how many documents are drawn at once: one more than there are processors, so that an account alone keeps
// all of them busy, and another one need not wait for it.
func AtOnce() int { return runtime.NumCPU() + 1 }

// spare is how many accounts more, of those that have no document drawn, need not wait for a place. Their processes share
// the processors with those of others, and each has some hundred MB.
const spare = 5

// Processes is how many processes draw at once at most.
func Processes() int { return AtOnce() + spare }

// ErrCrowded says that enough documents of the account wait.
var ErrCrowded = fairqueue.ErrFull

// Load reads a document.
type Load func(ctx context.Context) ([]byte, error)

// Converter makes PDF files of HTML and of office documents: by LibreOffice on this machine (office.Converter), or in
// a container of its own (remote.Converter). It refuses a document with a document.Refusal.
type Converter interface {
	PDF(ctx context.Context, content []byte, kind document.Type, sheet document.Sheet) ([]byte, error)
	// AtOnce is how many documents it is given at once.
	AtOnce() int
}

// Renderer makes pages.
type Renderer struct {
	children *child.Pool
	office   Converter
	compiled string // a directory of its own, with pdfium

	drawing, converting *fairqueue.Queue
}

// New returns a renderer.
func New(children *child.Pool, converter Converter) *Renderer {
	return &Renderer{
		children: children, office: converter,
		drawing:    fairqueue.New(fairqueue.Config{Slots: AtOnce(), Each: allButOne(AtOnce()), Waiting: waitToDraw, Spare: spare}),
		converting: fairqueue.New(fairqueue.Config{Slots: converter.AtOnce(), Each: allButOne(converter.AtOnce()), Waiting: waitToConvert}),
	}
}

// RenderInTurn is Render of a document that is only loaded when it is the account's turn. It fails with ErrCrowded
// when enough of the account waits. Of which type the document is may be known: then the job says so.
func (r *Renderer) RenderInTurn(ctx context.Context, account string, load Load, j job.Job, add func(frame.Page) error) (document.Type, error) {
	release, err := r.draw(ctx, account)
	if err != nil {
		return "", err
	}
	defer release()
	content, err := load(ctx)
	if err != nil {
		return "", err
	}
	if j.Type == "" {
		if j.Type, err = document.TypeOf(content); err != nil {
			return "", err
		}
	}
	kind := j.Type
	switch kind {
	case document.Text:
		if len(content) > shortText && text.Shows(content) {
			return kind, r.children.Render(ctx, content, j, add)
		}
		err := text.Pages(content, j, add)
		if !errors.Is(err, text.ErrNeedsShaping) {
			return kind, err
		}
		content, j.Type = office.HTMLOf(content, j.Sheet), document.HTML
	case document.HTML, document.DOCX, document.XLSX:
	default:
		return kind, r.children.Render(ctx, content, j, add)
	}
	release() // others draw meanwhile
	if content, err = r.convert(ctx, account, content, j); err != nil {
		return kind, err
	}
	again, err := r.draw(ctx, account)
	if err != nil {
		return kind, err
	}
	defer again()
	j.Type = document.PDF
	return kind, r.children.Render(ctx, content, j, add)
}

// draw waits for a place to draw. The time until it is released is charged to the account. To release it again does
// nothing.
func (r *Renderer) draw(ctx context.Context, account string) (release func(), err error) {
	place, err := r.drawing.Take(ctx, account)
	if err != nil {
		return nil, err
	}
	began := time.Now()
	return sync.OnceFunc(func() {
		r.drawing.Charge(account, time.Since(began))
		place.Release()
	}), nil
}

// Render hands the pages of a file on, in order and encoded. The type of the job is found out here and returned.
// A file that cannot be faxed is refused with a document.Refusal, perhaps after some pages; any other error means
// that it could not be rendered now.
func (r *Renderer) Render(ctx context.Context, content []byte, j job.Job, add func(frame.Page) error) (document.Type, error) {
	return r.RenderInTurn(ctx, "", func(context.Context) ([]byte, error) { return content, nil }, j, add)
}

// coolDown is added to what a document has cost its account that was too complex, so that others come first for a while.
const coolDown = 30 * time.Second

// convert makes a PDF file of a document. The time that it takes is charged to the account: LibreOffice takes a second
// for most documents, and a quarter of a minute for those that are made to take long.
func (r *Renderer) convert(ctx context.Context, account string, content []byte, j job.Job) ([]byte, error) {
	place, err := r.converting.Take(ctx, account)
	if err != nil {
		return nil, err
	}
	defer place.Release()
	began := time.Now()
	pdf, err := r.office.PDF(ctx, content, j.Type, j.Sheet)
	took := time.Since(began)
	if errors.Is(err, document.ErrTooComplex) {
		took += coolDown
	}
	r.converting.Charge(account, took) // before the place is given to somebody
	return pdf, err
}

// allButOne is how many slots an account may have, so that one is left for somebody else; of a single slot it has that.
func allButOne(slots int) int { return max(slots-1, 1) }
