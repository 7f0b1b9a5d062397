package dispatch

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/carrier"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/fax"
	"github.com/mintfax/mintfax/shared/contract"
	"github.com/mintfax/mintfax/shared/crashpoint"
)

// Dispatcher does the work contract.DispatchFax.
type Dispatcher struct {
	Store    Store
	Carriers map[string]carrier.Carrier // by name
	Routes   carrier.Routes
	Retries  fax.Retries
	Wake     func() // wakes the relay of the outbox
	Metrics  *Metrics
	Accounts *Accounts
	Log      *slog.Logger
}

// Handle makes one attempt of a fax. Work may arrive late, repeatedly and concurrently: an attempt that was begun is never
// repeated without a query to its carrier first.
func (d *Dispatcher) Handle(ctx context.Context, _ string, work contract.DispatchFaxWork) error {
	begun, due, err := d.Store.begin(ctx, work)
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

// place gives the attempt to its carrier.
func (d *Dispatcher) place(ctx context.Context, a attempt) error {
	to, known := d.Carriers[a.Carrier]
	if !known {
		return d.finish(ctx, a, fax.Failed(fax.NoRoute, "carrier_not_configured"))
	}
	file, mine, err := d.Store.progress(ctx, &a)
	if err != nil || !mine {
		return err // another process places it now
	}
	crashpoint.Here(crashpoint.AttemptPlacing)
	report, err := to.Send(ctx, a.call(file))
	d.alertAccount(ctx, a, err)
	if errors.Is(err, carrier.ErrNotPlaced) {
		d.Log.WarnContext(ctx, "a carrier did not take a call", "carrier", a.Carrier, "attempt_id", a.ID, "error", err)
		return d.offerNext(ctx, a, fax.Failed(fax.NoRoute, "no_carrier_takes_it"))
	}
	if err != nil {
		return d.undetermined(ctx, a, fmt.Errorf("send by %s: %w", a.Carrier, err))
	}
	crashpoint.Here(crashpoint.AttemptPlaced)
	return d.apply(ctx, a, report)
}

// resume continues an attempt that was begun earlier.
func (d *Dispatcher) resume(ctx context.Context, a attempt) error {
	if a.unplaced() {
		return d.place(ctx, a)
	}
	by, configured := d.Carriers[a.Carrier]
	if !configured {
		return d.finish(ctx, a, fax.Failed(fax.UnknownOutcome, "carrier_not_configured"))
	}
	report, err := by.Lookup(ctx, a.placed())
	d.alertAccount(ctx, a, err)
	if err != nil {
		return d.undetermined(ctx, a, fmt.Errorf("ask %s: %w", a.Carrier, err))
	}
	return d.apply(ctx, a, report)
}

// undetermined schedules another query to a carrier that could not report an attempt. It is not an error of the work, which
// would be redelivered.
func (d *Dispatcher) undetermined(ctx context.Context, a attempt, cause error) error {
	if ctx.Err() != nil {
		return cause // this process stops
	}
	d.Log.WarnContext(ctx, "a carrier gives no answer about a call and will be asked later", "attempt_id", a.ID, "error", cause)
	return d.keepAsking(ctx, a, a.CarrierRef)
}

// keepAsking schedules the next query about a call, unless the call has been running for longer than any call can.
func (d *Dispatcher) keepAsking(ctx context.Context, a attempt, ref string) error {
	running := time.Since(a.StartedAt)
	if running > runningLimit {
		return d.finish(ctx, a, fax.Failed(fax.UnknownOutcome, "no_end"))
	}
	return d.Store.recordRunning(ctx, a, ref, askAgain(running))
}

// alertAccount alerts the operator when an error is about the operator's own account.
func (d *Dispatcher) alertAccount(ctx context.Context, a attempt, err error) {
	var refused carrier.AccountError
	if errors.As(err, &refused) {
		d.Accounts.failed(ctx, a, refused.Word)
	}
}

// apply does what follows from a report.
func (d *Dispatcher) apply(ctx context.Context, a attempt, report carrier.Report) error {
	switch report.Knowledge {
	case carrier.Ended:
		return d.ended(ctx, a, report.Outcome)
	case carrier.NeverPlaced:
		if time.Since(a.StartedAt) > d.Retries.CarrierAway.Within {
			return d.finish(ctx, a, fax.Failed(fax.NoRoute, "no_carrier_takes_it"))
		}
		return d.place(ctx, a)
	case carrier.Running:
		return d.keepAsking(ctx, a, report.Ref)
	default:
		return d.finish(ctx, a, fax.Failed(fax.UnknownOutcome, "carrier_cannot_tell"))
	}
}

// ended does what follows from the end of a call.
func (d *Dispatcher) ended(ctx context.Context, a attempt, result fax.Outcome) error {
	switch {
	case result.Account:
		return d.refused(ctx, a, result)
	case result.NoChannel:
		return d.noChannel(ctx, a, result)
	default:
		return d.finish(ctx, a, result)
	}
}

// finish records how an attempt ended and takes the step that follows. The first to do so wins.
func (d *Dispatcher) finish(ctx context.Context, a attempt, result fax.Outcome) error {
	step, wait := d.Retries.After(result, fax.Try{
		Number: a.Number, Max: a.MaxAttempts, Age: time.Since(a.FirstAt), Environment: a.Tenant.EnvironmentType,
	})
	first, err := d.Store.finish(ctx, a, result, step, wait)
	if err != nil || !first {
		return err
	}
	crashpoint.Here(crashpoint.AttemptFinished)
	d.Wake()
	d.Metrics.attempted(a, result, step)
	return nil
}

// runningLimit is longer than any call: 350 pages of a minute each.
const runningLimit = 6 * time.Hour

// askAgain returns the wait before the next query about a call, by how long the call has been running. Carriers report the
// end by themselves; queries find lost reports.
func askAgain(running time.Duration) time.Duration {
	return min(max(time.Second, running/4), time.Minute)
}
