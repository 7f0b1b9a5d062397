package line

import (
	"context"
	"errors"
	"time"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/carrier"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/outcome"
)

const (
	pageTime = 20 * time.Millisecond
	callTime = 200 * time.Millisecond // at most
)

// Line places calls that only its record knows of.
type Line struct {
	store Store
}

// New returns a line that keeps its record in the store.
func New(store Store) *Line { return &Line{store} }

// Place writes a call down, to end as planned, and waits for its end. An attempt that was placed
// before is not placed again: its first call counts.
func (l *Line) Place(ctx context.Context, carrierName string, call carrier.Call, planned outcome.Outcome) (carrier.Report, error) {
	takes := min(time.Duration(call.Pages)*pageTime, callTime)
	if err := l.store.place(ctx, carrierName, call, planned, takes); err != nil {
		return carrier.Report{}, err
	}
	placed, found, err := l.store.find(ctx, call.AttemptID)
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
func (l *Line) Lookup(ctx context.Context, asked carrier.Placed) (carrier.Report, error) {
	placed, found, err := l.store.find(ctx, asked.AttemptID)
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
