package dispatch

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/fax"
	"github.com/mintfax/mintfax/shared/contract"
)

// offerNext offers an attempt that was certainly not placed to the next carrier, or later to all of them again. Once that has
// taken too long, it ends with last.
func (d *Dispatcher) offerNext(ctx context.Context, a attempt, last fax.Outcome) error {
	if next, found := d.nextCarrier(a, a.Carrier); found {
		moved, mine, err := d.Store.reroute(ctx, a, next)
		if err != nil || !mine {
			return err
		}
		return d.resume(ctx, moved)
	}
	wait, again := d.Retries.CarrierAway.Next(a.Rounds+1, time.Since(a.StartedAt))
	if !again {
		return d.finish(ctx, a, last)
	}
	if first, found := d.nextCarrier(a, ""); found {
		if _, mine, err := d.Store.reroute(ctx, a, first); err != nil || !mine {
			return err
		}
	}
	return d.Store.postpone(ctx, a, wait)
}

// noChannel continues an attempt whose call found no free channel at its carrier. The receiver was not called, so the call
// counts as not placed. Its reference is dropped first: of several that report the same end, one goes on.
func (d *Dispatcher) noChannel(ctx context.Context, a attempt, result fax.Outcome) error {
	d.Log.WarnContext(ctx, "a carrier has no free channel", "carrier", a.Carrier, "attempt_id", a.ID, "word", result.Subcode)
	unplaced, mine, err := d.Store.reroute(ctx, a, a.Carrier)
	if err != nil || !mine {
		return err
	}
	return d.offerNext(ctx, unplaced, result)
}

// refused continues an attempt whose call its carrier ended because of the operator's own account: nothing was sent. That
// carrier is excluded from the attempt: it would find the call that it has ended, and may report it again.
func (d *Dispatcher) refused(ctx context.Context, a attempt, result fax.Outcome) error {
	d.Accounts.failed(ctx, a, result.Subcode)
	rest := a
	rest.RefusedBy = strings.Trim(a.RefusedBy+","+a.Carrier, ",")
	next, found := d.nextCarrier(rest, a.Carrier)
	if !found {
		next, found = d.nextCarrier(rest, "")
	}
	if !found || time.Since(a.StartedAt) > d.Retries.CarrierAway.Within {
		return d.finish(ctx, a, result)
	}
	mine, err := d.Store.refuse(ctx, a, next)
	if mine {
		d.Wake()
	}
	return err
}

// nextCarrier returns the carrier after the one named for a live attempt, skipping those that are excluded from it.
func (d *Dispatcher) nextCarrier(a attempt, name string) (string, bool) {
	if a.Tenant.EnvironmentType != contract.Live {
		return "", false
	}
	for {
		next, found := d.Routes.After(a.ToNumber, name)
		if !found || !slices.Contains(split(a.RefusedBy), next) {
			return next, found
		}
		name = next
	}
}
