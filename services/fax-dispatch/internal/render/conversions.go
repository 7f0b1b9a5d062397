package render

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render/document"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render/office"
	"github.com/mintfax/mintfax/shared/fairqueue"
)

// cpuBeforeActivation is the CPU time of LibreOffice for a document of an account that is not activated, of which anyone
// may have several. A long letter takes two seconds.
const cpuBeforeActivation = 6 * time.Second

// maxWaitingToConvert is how many documents of an account may wait to be converted. They are in memory, at most 10 MB each.
const maxWaitingToConvert = 4

// Owner is the account whose document is rendered.
type Owner struct {
	Account string
	// Activated reports whether the account is activated. It is called for documents for LibreOffice only; nil means yes.
	Activated func(context.Context) (bool, error)
}

// Converter converts HTML and office documents to PDF: an office.Local or an office.Remote. It refuses a document with a
// document.Refusal.
type Converter interface {
	PDF(ctx context.Context, content []byte, kind document.Type, sheet document.Sheet, cpu time.Duration) ([]byte, error)
	// AtOnce is how many documents it converts at once, two or more.
	AtOnce() int
}

// conversions shares a converter among accounts. LibreOffice takes a second for most documents, and all of its CPU time for
// malicious ones. Therefore its time is charged to the account, activated accounts have slots of their own, and an account
// whose document was too complex pauses.
type conversions struct {
	converter        Converter
	activated, trial *fairqueue.Queue
	pauses           *pauses
}

func newConversions(converter Converter) *conversions {
	half := converter.AtOnce() / 2
	queue := func() *fairqueue.Queue {
		return fairqueue.New(fairqueue.Config{Slots: half, Each: allButOne(half), Waiting: maxWaitingToConvert})
	}
	return &conversions{converter: converter, activated: queue(), trial: queue(), pauses: newPauses()}
}

// pdf converts a document. It fails with a Pause while the account pauses, and with ErrFull when its queue is full.
func (c *conversions) pdf(ctx context.Context, owner Owner, content []byte, j document.Job) ([]byte, error) {
	queue, cpu, err := c.share(ctx, owner)
	if err != nil {
		return nil, err
	}
	slot, err := queue.Take(ctx, owner.Account)
	if err != nil {
		return nil, err
	}
	defer slot.Release()
	if err := c.pauses.check(owner.Account); err != nil {
		return nil, err
	}
	began := time.Now()
	pdf, err := c.converter.PDF(ctx, content, j.Type, j.Sheet, cpu)
	if errors.Is(err, document.ErrTooComplex) {
		c.pauses.begin(owner.Account)
	}
	queue.Charge(owner.Account, time.Since(began)) // before the slot goes to another account
	return pdf, err
}

// share is the queue for the documents of an account, and the CPU time for each.
func (c *conversions) share(ctx context.Context, owner Owner) (queue *fairqueue.Queue, cpu time.Duration, err error) {
	if err := c.pauses.check(owner.Account); err != nil {
		return nil, 0, err
	}
	if owner.Activated == nil {
		return c.activated, office.CPU, nil
	}
	activated, err := owner.Activated(ctx)
	if err != nil {
		return nil, 0, fmt.Errorf("ask whether an account is activated: %w", err)
	}
	if activated {
		return c.activated, office.CPU, nil
	}
	return c.trial, cpuBeforeActivation, nil
}
