package dispatch

import (
	"context"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/carrier"
)

// Report takes what a carrier tells by itself of an attempt. Of an attempt that has ended, or that is not with that
// carrier, nothing is believed any more; what is not an end is not needed.
func (d *Dispatcher) Report(ctx context.Context, name, attemptID string, report carrier.Report) error {
	open, found, err := d.Store.openByID(ctx, attemptID)
	if err != nil || !found || open.Carrier != name || report.Knowledge != carrier.Ended {
		return err
	}
	if open.CarrierRef != "" && report.Ref != "" && open.CarrierRef != report.Ref {
		d.Log.WarnContext(ctx, "a carrier tells of another call than it has placed", "carrier", name, "attempt_id", attemptID)
		return nil
	}
	return d.ended(ctx, open, report.Outcome)
}
