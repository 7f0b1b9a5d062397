package render

import (
	"context"
	"errors"
	"runtime"
	"sync"
	"time"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render/document"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render/markup"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render/text"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render/worker"
	"github.com/mintfax/mintfax/shared/fairqueue"
)

// waitToDraw is how many documents of an account may wait to be drawn. They are not loaded yet, and are what a gateway or
// two ask about at once.
const waitToDraw = 400

// shortText is up to how many bytes a text is drawn by the service itself, which takes milliseconds. Longer ones have
// processes of their own, like all that takes work.
const shortText = 16 << 10

// AtOnce is how many documents are drawn at once: one more than there are processors, so that an account alone keeps
// all of them busy, and another one does not wait for it.
func AtOnce() int { return runtime.NumCPU() + 1 }

// spare is how many accounts more, of those that have no document drawn, do not wait for a slot. Their processes share
// the processors with those of others, and each has some hundred MB.
const spare = 5

// Processes is how many processes draw at once at most.
func Processes() int { return AtOnce() + spare }

// ErrFull says that as many documents of the account wait as may.
var ErrFull = fairqueue.ErrFull

// Load reads a document.
type Load func(ctx context.Context) ([]byte, error)

// Renderer makes pages.
type Renderer struct {
	children    *worker.Pool
	drawing     *fairqueue.Queue
	conversions *conversions
	compiled    string // a directory of its own, with pdfium
}

// New returns a renderer.
func New(children *worker.Pool, converter Converter) *Renderer {
	return &Renderer{
		children:    children,
		drawing:     fairqueue.New(fairqueue.Config{Slots: AtOnce(), Each: allButOne(AtOnce()), Waiting: waitToDraw, Spare: spare}),
		conversions: newConversions(converter),
	}
}

// RenderFor is Render of a document that is only loaded when its owner gets a slot. It fails with ErrFull when enough of
// the account waits, and with a Pause. Of which type the document is may be known: then the job says so.
func (r *Renderer) RenderFor(ctx context.Context, owner Owner, load Load, j document.Job, add func(document.Page) error) (document.Type, error) {
	release, err := r.draw(ctx, owner.Account)
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
		if content, err = document.UTF8(content); err != nil {
			return kind, err
		}
		if len(content) > shortText && text.Shows(content) {
			return kind, r.children.Render(ctx, content, j, add)
		}
		err := text.Pages(content, j, add)
		if !errors.Is(err, text.ErrNeedsShaping) {
			return kind, err
		}
		content, j.Type = markup.FromText(content, j.Sheet), document.HTML
	case document.HTML, document.DOCX, document.XLSX:
	default:
		return kind, r.children.Render(ctx, content, j, add)
	}
	release() // others draw meanwhile
	if content, err = r.conversions.pdf(ctx, owner, content, j); err != nil {
		return kind, err
	}
	again, err := r.draw(ctx, owner.Account)
	if err != nil {
		return kind, err
	}
	defer again()
	j.Type = document.PDF
	return kind, r.children.Render(ctx, content, j, add)
}

// draw waits for a slot to draw. The time until it is released is charged to the account. To release it again does
// nothing.
func (r *Renderer) draw(ctx context.Context, account string) (release func(), err error) {
	slot, err := r.drawing.Take(ctx, account)
	if err != nil {
		return nil, err
	}
	began := time.Now()
	return sync.OnceFunc(func() {
		r.drawing.Charge(account, time.Since(began))
		slot.Release()
	}), nil
}

// Render hands the pages of a file on, in order and encoded. The type of the job is found out here and returned.
// A file that cannot be faxed is refused with a document.Refusal, perhaps after some pages; any other error means
// that it could not be rendered now.
func (r *Renderer) Render(ctx context.Context, content []byte, j document.Job, add func(document.Page) error) (document.Type, error) {
	return r.RenderFor(ctx, Owner{}, func(context.Context) ([]byte, error) { return content, nil }, j, add)
}

// allButOne is how many slots an account may have, so that one is left for somebody else; of a single slot it has that.
func allButOne(slots int) int { return max(slots-1, 1) }
