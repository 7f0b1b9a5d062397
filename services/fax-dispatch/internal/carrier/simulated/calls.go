package simulated

import (
	"context"
	"errors"
	"time"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/carrier"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/fax"
)

const (
	pageTime = 20 * time.Millisecond
	callTime = 200 * time.Millisecond // at most
)

// Calls places calls that exist only in its records.
type Calls struct {
	store Store
}

// NewCalls returns calls that are recorded in the store.
func NewCalls(store Store) *Calls { return &Calls{store} }

// place records a call that ends as planned, and waits for its end. An attempt is placed once: its first call counts.
func (c *Calls) place(ctx context.Context, carrierName string, call carrier.Call, planned fax.Outcome) (carrier.Report, error) {
	takes := min(time.Duration(call.Pages)*pageTime, callTime)
	if err := c.store.place(ctx, carrierName, call, planned, takes); err != nil {
		return carrier.Report{}, err
	}
	placed, found, err := c.store.find(ctx, call.AttemptID)
	if err != nil {
		return carrier.Report{}, err
	}
	if !found {
		return carrier.Report{}, errors.New("a call that was placed is not in the record")
	}
	select {
	case <-time.After(placed.remaining()):
		return carrier.End(placed.outcome()), nil
	case <-ctx.Done():
		return carrier.Report{}, ctx.Err()
	}
}

// Lookup implements carrier.Carrier, from the record.
func (c *Calls) Lookup(ctx context.Context, asked carrier.Placed) (carrier.Report, error) {
	placed, found, err := c.store.find(ctx, asked.AttemptID)
	switch {
	case err != nil:
		return carrier.Report{}, err
	case !found:
		return carrier.Report{Knowledge: carrier.NeverPlaced}, nil
	case placed.remaining() > 0:
		return carrier.Report{Knowledge: carrier.Running}, nil
	default:
		return carrier.End(placed.outcome()), nil
	}
}
