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

// cpuBeforeActivation is what LibreOffice may take for a document of an account that has paid for nothing, of which
// anybody may have several. A long letter takes two seconds.
const cpuBeforeActivation = 6 * time.Second

// waitToConvert is how many documents of an account may wait to be converted. They are loaded, with 10 MB at most.
const waitToConvert = 4

// Owner is whose document is rendered.
type Owner struct {
	Account string
	// Activated says whether the account is. Only documents for LibreOffice ask; nil is yes.
	Activated func(context.Context) (bool, error)
}

// Converter makes PDF files of HTML and of office documents: by LibreOffice on this machine (office.Local), or in
// a container of its own (remote.Converter). It refuses a document with a document.Refusal.
type Converter interface {
	PDF(ctx context.Context, content []byte, kind document.Type, sheet document.Sheet, cpu time.Duration) ([]byte, error)
	// AtOnce is how many documents it is given at once, two or more.
	AtOnce() int
}

// conversions shares a converter among accounts. LibreOffice takes a second for most documents, and as long as it may for
// those made to take long. So its time is charged to the account, accounts that are activated have slots of their own,
// and an account whose document was too complex pauses.
type conversions struct {
	by               Converter
	activated, trial *fairqueue.Queue
	pauses           *pauses
}

func newConversions(by Converter) *conversions {
	half := by.AtOnce() / 2
	queue := func() *fairqueue.Queue {
		return fairqueue.New(fairqueue.Config{Slots: half, Each: allButOne(half), Waiting: waitToConvert})
	}
	return &conversions{by: by, activated: queue(), trial: queue(), pauses: newPauses()}
}

// pdf makes a PDF file of a document. It fails with a Pause when the account pauses, with ErrFull when enough of it waits.
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
	pdf, err := c.by.PDF(ctx, content, j.Type, j.Sheet, cpu)
	if errors.Is(err, document.ErrTooComplex) {
		c.pauses.begin(owner.Account)
	}
	queue.Charge(owner.Account, time.Since(began)) // before the slot is given to somebody
	return pdf, err
}

// share is where the documents of an account wait, and how much of the CPU each may take.
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
