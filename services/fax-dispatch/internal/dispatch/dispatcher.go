package dispatch

import (
	"context"
	"fmt"
	"time"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/carrier"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/life"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/outcome"
	"github.com/mintfax/mintfax/shared/contract"
	"github.com/mintfax/mintfax/shared/crashpoint"
)

// askAgain is the wait before a carrier is asked again about a call that is still running.
const askAgain = time.Second

// Dispatcher does the work contract.DispatchFax.
type Dispatcher struct {
	store    Store
	carriers map[string]carrier.Carrier
	delays   life.Delays
	wake     func()
	metrics  *Metrics
}

// New returns a dispatcher that knows the given carriers. wake tells the relay of the outbox that
// there is something to send.
func New(store Store, delays life.Delays, wake func(), metrics *Metrics, carriers ...carrier.Carrier) *Dispatcher {
	d := &Dispatcher{store: store, carriers: map[string]carrier.Carrier{}, delays: delays, wake: wake, metrics: metrics}
	for _, c := range carriers {
		d.carriers[c.Name()] = c
	}
	return d
}

// Handle makes one attempt of a fax. Work may come any number of times, late and at once: an attempt
// that was begun is never simply made again; its carrier is asked first.
func (d *Dispatcher) Handle(ctx context.Context, _ string, work contract.DispatchFaxWork) error {
	begun, due, err := d.store.begin(ctx, work)
	if err != nil {
		return err
	}
	if due {
		d.wake()
		crashpoint.Here(crashpoint.AttemptBegun)
		return d.place(ctx, begun)
	}
	open, found, err := d.store.open(ctx, work)
	if err != nil || !found {
		return err // done, or not due: nothing is left to do
	}
	return d.resume(ctx, open)
}

// place hands the attempt to its carrier. An error leaves the attempt open, for the work to come
// again and ask.
func (d *Dispatcher) place(ctx context.Context, a attempt) error {
	line, known := d.carriers[a.Carrier]
	if !known {
		return d.finish(ctx, a, outcome.Failed(outcome.NoRoute, "carrier_not_configured"))
	}
	files, err := d.store.progress(ctx, a)
	if err != nil {
		return err
	}
	result, err := line.Send(ctx, a.call(files))
	if err != nil {
		return fmt.Errorf("send by %s: %w", a.Carrier, err)
	}
	crashpoint.Here(crashpoint.AttemptPlaced)
	return d.finish(ctx, a, result)
}

// resume goes on with an attempt that somebody began.
func (d *Dispatcher) resume(ctx context.Context, a attempt) error {
	line, configured := d.carriers[a.Carrier]
	if !configured {
		return d.finish(ctx, a, outcome.Failed(outcome.UnknownOutcome, "carrier_not_configured"))
	}
	result, knowledge, err := line.Lookup(ctx, a.ID)
	if err != nil {
		return fmt.Errorf("ask %s: %w", a.Carrier, err)
	}
	switch knowledge {
	case carrier.Ended:
		return d.finish(ctx, a, result)
	case carrier.NeverPlaced:
		return d.place(ctx, a)
	case carrier.Running:
		return d.store.again(ctx, a, askAgain)
	default:
		return d.finish(ctx, a, outcome.Failed(outcome.UnknownOutcome, "carrier_cannot_tell"))
	}
}

// finish writes down how an attempt ended and what follows. The first one to do so wins.
func (d *Dispatcher) finish(ctx context.Context, a attempt, result outcome.Outcome) error {
	step := life.After(result, a.Number, a.MaxAttempts)
	delay := d.delays.After(a.Number, a.Tenant.EnvironmentType)
	first, err := d.store.finish(ctx, a, result, step, delay)
	if err != nil || !first {
		return err
	}
	crashpoint.Here(crashpoint.AttemptFinished)
	d.wake()
	d.metrics.attempted(a, result, step)
	return nil
}
