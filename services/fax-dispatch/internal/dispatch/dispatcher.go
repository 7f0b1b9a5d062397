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
	Accounts *Accounts
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
	file, mine, err := d.Store.progress(ctx, &a)
	if err != nil || !mine {
		return err // somebody else places it now
	}
	crashpoint.Here(crashpoint.AttemptPlacing)
	report, err := line.Send(ctx, a.call(file))
	d.blame(ctx, a, err)
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
	d.blame(ctx, a, err)
	if err != nil {
		return fmt.Errorf("ask %s: %w", a.Carrier, err)
	}
	return d.settle(ctx, a, report)
}

// blame tells the operator when an error is about the operator's own account.
func (d *Dispatcher) blame(ctx context.Context, a attempt, err error) {
	var refused carrier.AccountError
	if errors.As(err, &refused) {
		d.Accounts.failed(ctx, a, refused.Word)
	}
}

// settle does what follows from a report.
func (d *Dispatcher) settle(ctx context.Context, a attempt, report carrier.Report) error {
	switch report.Knowledge {
	case carrier.Ended:
		return d.ended(ctx, a, report.Outcome)
	case carrier.NeverPlaced:
		if time.Since(a.StartedAt) > unplacedLimit {
			return d.finish(ctx, a, outcome.Failed(outcome.NoRoute, "no_carrier_takes_it"))
		}
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

// ended does what follows from the end of a call.
func (d *Dispatcher) ended(ctx context.Context, a attempt, result outcome.Outcome) error {
	if result.Account {
		return d.refused(ctx, a, result)
	}
	return d.finish(ctx, a, result)
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
