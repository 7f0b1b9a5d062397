package render

import (
	"context"
	"errors"
	"runtime"
	"sync"
	"time"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render/document"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render/office"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render/text"
	"github.com/mintfax/mintfax/shared/fairqueue"
)

// maxWaitingToDraw is how many documents of an account may wait to be drawn. They are not loaded yet. The number is what a
// gateway or two request at once.
const maxWaitingToDraw = 400

// maxInProcess is the size, in bytes, up to which the service draws a text itself, which takes milliseconds. Everything
// else is drawn by workers.
const maxInProcess = 16 << 10

// slots is how many documents are drawn at once: one more than there are processors, so that a single account keeps all
// of them busy and another one need not wait for it.
func slots() int { return runtime.NumCPU() + 1 }

// spareSlots are for accounts that have no document drawn. Their workers share the processors with the others, and take
// some hundred MB each.
const spareSlots = 5

// MaxWorkers is how many workers run at once at most.
func MaxWorkers() int { return slots() + spareSlots }

// ErrFull means that the queue of the account is full.
var ErrFull = fairqueue.ErrFull

// Load reads a document.
type Load func(ctx context.Context) ([]byte, error)

// Renderer renders documents.
type Renderer struct {
	workers     *WorkerPool
	drawing     *fairqueue.Queue
	conversions *conversions
	pdfiumDir   string // temporary; empty without pdfium
}

// New returns a renderer that draws by a pool of workers.
func New(workers *WorkerPool, converter Converter) *Renderer {
	return &Renderer{
		workers:     workers,
		drawing:     fairqueue.New(fairqueue.Config{Slots: slots(), Each: allButOne(slots()), Waiting: maxWaitingToDraw, Spare: spareSlots}),
		conversions: newConversions(converter),
	}
}

// Render renders a document and passes its pages to add, in order. It loads the document once its owner has a slot, detects
// its type unless the job says it, and returns the type.
//
// A document that cannot be faxed is refused with a document.Refusal, perhaps after some pages. Render fails with ErrFull
// or a Pause when the account has to wait; any other error says nothing about the document.
func (r *Renderer) Render(ctx context.Context, owner Owner, load Load, j document.Job, add document.Sink) (document.Type, error) {
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
		if len(content) > maxInProcess && text.Shows(content) {
			return kind, r.workers.Render(ctx, content, j, add)
		}
		err := text.Pages(content, j, add)
		if !errors.Is(err, text.ErrNeedsShaping) {
			return kind, err
		}
		content, j.Type = office.FromText(content, j.Sheet), document.HTML
	case document.HTML, document.DOCX, document.XLSX:
	default:
		return kind, r.workers.Render(ctx, content, j, add)
	}
	release() // for others, during the conversion
	if content, err = r.conversions.pdf(ctx, owner, content, j); err != nil {
		return kind, err
	}
	releaseAgain, err := r.draw(ctx, owner.Account)
	if err != nil {
		return kind, err
	}
	defer releaseAgain()
	j.Type = document.PDF
	return kind, r.workers.Render(ctx, content, j, add)
}

// draw waits for a slot to draw. The account is charged for the time until release. Further calls of release do nothing.
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

// allButOne is how many slots a single account may hold: it leaves one to others, if there is more than one.
func allButOne(slots int) int { return max(slots-1, 1) }
