package dispatch

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/carrier"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/life"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/outcome"
	"github.com/mintfax/mintfax/shared/contract"
	"github.com/mintfax/mintfax/shared/crashpoint"
)

// Dispatcher does the work contract.DispatchFax.
type Dispatcher struct {
	Store    Store
	Carriers map[string]carrier.Carrier // by name
	Routes   Routes
	Delays   life.Delays
	Wake     func() // tells the relay of the outbox that there is something to send
	Metrics  *Metrics
	Log      *slog.Logger
}

// Routes says by whom live faxes are sent.
type Routes interface {
	// After returns who is asked to send to a number when the carrier named has not: the first one for no name.
	After(to, name string) (string, bool)
}

// Handle makes one attempt of a fax. Work may come any number of times, late and at once: an attempt
// that was begun is never simply made again; its carrier is asked first.
func (d *Dispatcher) Handle(ctx context.Context, _ string, work contract.DispatchFaxWork) error {
	begun, due, err := d.Store.begin(ctx, work)
	if errors.Is(err, errLineTaken) {
		return d.Store.later(ctx, work, lineTaken)
	}
	if err != nil {
		return err
	}
	if due {
		d.Wake()
		crashpoint.Here(crashpoint.AttemptBegun)
		return d.place(ctx, begun)
	}
	open, found, err := d.Store.open(ctx, work)
	if err != nil || !found {
		return err // done, or not due: nothing is left to do
	}
	return d.resume(ctx, open)
}

// place hands the attempt to its carrier. An error leaves the attempt open, for the work to come
// again and ask.
func (d *Dispatcher) place(ctx context.Context, a attempt) error {
	line, known := d.Carriers[a.Carrier]
	if !known {
		return d.finish(ctx, a, outcome.Failed(outcome.NoRoute, "carrier_not_configured"))
	}
	file, mine, err := d.Store.progress(ctx, a)
	if err != nil || !mine {
		return err // somebody else places it now
	}
	crashpoint.Here(crashpoint.AttemptPlacing)
	report, err := line.Send(ctx, a.call(file))
	if errors.Is(err, carrier.ErrNotPlaced) {
		d.Log.WarnContext(ctx, "a carrier did not take a call", "carrier", a.Carrier, "attempt_id", a.ID, "error", err)
		return d.elsewhere(ctx, a)
	}
	if err != nil {
		return fmt.Errorf("send by %s: %w", a.Carrier, err)
	}
	crashpoint.Here(crashpoint.AttemptPlaced)
	return d.settle(ctx, a, report)
}

// elsewhere goes on with an attempt that its carrier has certainly not placed: by the next carrier, or later from
// the beginning, until it has taken too long.
func (d *Dispatcher) elsewhere(ctx context.Context, a attempt) error {
	next, found := d.Routes.After(a.ToNumber, a.Carrier)
	if found && a.Tenant.EnvironmentType == contract.Live {
		a.Carrier = next
		moved, err := d.Store.reroute(ctx, a)
		if err != nil || !moved {
			return err
		}
		return d.resume(ctx, a)
	}
	if time.Since(a.StartedAt) > unplacedLimit {
		return d.finish(ctx, a, outcome.Failed(outcome.NoRoute, "no_carrier_takes_it"))
	}
	if first, found := d.Routes.After(a.ToNumber, ""); found && a.Tenant.EnvironmentType == contract.Live {
		a.Carrier = first
		if moved, err := d.Store.reroute(ctx, a); err != nil || !moved {
			return err
		}
	}
	return d.Store.later(ctx, a.work(), notTaken)
}

// resume goes on with an attempt that somebody began.
func (d *Dispatcher) resume(ctx context.Context, a attempt) error {
	if a.unplaced() {
		return d.place(ctx, a)
	}
	line, configured := d.Carriers[a.Carrier]
	if !configured {
		return d.finish(ctx, a, outcome.Failed(outcome.UnknownOutcome, "carrier_not_configured"))
	}
	report, err := line.Lookup(ctx, a.placed())
	if err != nil {
		return fmt.Errorf("ask %s: %w", a.Carrier, err)
	}
	return d.settle(ctx, a, report)
}

// settle does what follows from a report.
func (d *Dispatcher) settle(ctx context.Context, a attempt, report carrier.Report) error {
	switch report.Knowledge {
	case carrier.Ended:
		return d.finish(ctx, a, report.Outcome)
	case carrier.NeverPlaced:
		return d.place(ctx, a)
	case carrier.Running:
		if time.Since(a.StartedAt) > runningLimit {
			return d.finish(ctx, a, outcome.Failed(outcome.UnknownOutcome, "no_end"))
		}
		return d.Store.running(ctx, a, report.Ref, askAgain(time.Since(a.StartedAt)))
	default:
		return d.finish(ctx, a, outcome.Failed(outcome.UnknownOutcome, "carrier_cannot_tell"))
	}
}

// finish writes down how an attempt ended and what follows. The first one to do so wins.
func (d *Dispatcher) finish(ctx context.Context, a attempt, result outcome.Outcome) error {
	step := life.After(result, a.Number, a.MaxAttempts, time.Since(a.CreatedAt))
	delay := d.Delays.After(result, a.Number, a.Tenant.EnvironmentType)
	first, err := d.Store.finish(ctx, a, result, step, delay)
	if err != nil || !first {
		return err
	}
	crashpoint.Here(crashpoint.AttemptFinished)
	d.Wake()
	d.Metrics.attempted(a, result, step)
	return nil
}
