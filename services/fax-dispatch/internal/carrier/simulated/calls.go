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

// Calls places calls that only its record knows of.
type Calls struct {
	store Store
}

// NewCalls returns calls that keeps its record in the store.
func NewCalls(store Store) *Calls { return &Calls{store} }

// place writes a call down, to end as planned, and waits for its end. An attempt that was placed
// before is not placed again: its first call counts.
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

// Lookup says what the record has of an attempt.
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
