package dispatch

import (
	"context"
	"errors"
	"fmt"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/carrier"
	"github.com/mintfax/mintfax/shared/apierror"
	"github.com/mintfax/mintfax/shared/contract"
	"github.com/mintfax/mintfax/shared/ids"
)

// Receive answers contract.ReceiveCarrier once what it says is written down. It may come any number of times and in any
// order. Refusals: not_found for a carrier that is not configured; malformed_request for what does not come from it.
func (d *Dispatcher) Receive(ctx context.Context, delivery contract.CarrierDelivery) (contract.None, error) {
	receiver, known := d.Carriers[delivery.Carrier].(carrier.Receiver)
	if !known {
		return contract.None{}, apierror.New(apierror.NotFound)
	}
	news, err := receiver.Receive(ctx, carrier.Delivery{Body: delivery.Body, Headers: delivery.Headers, Secret: delivery.Secret})
	if errors.Is(err, carrier.ErrForged) {
		return contract.None{}, apierror.Wrap(apierror.MalformedRequest, err)
	}
	if err != nil {
		return contract.None{}, fmt.Errorf("what %s tells: %w", delivery.Carrier, err)
	}
	if !ids.Valid(ids.Attempt, news.AttemptID) {
		return contract.None{}, nil // of a fax that somebody else sends by the same account
	}
	return contract.None{}, d.Report(ctx, delivery.Carrier, news.AttemptID, news.Report)
}

// Report takes what a carrier tells by itself of an attempt. Of an attempt that has ended, or that is not with that
// carrier, nothing is believed any more; what is not an end is not needed.
func (d *Dispatcher) Report(ctx context.Context, name, attemptID string, report carrier.Report) error {
	open, found, err := d.Store.openByID(ctx, attemptID)
	if err != nil || !found || open.Carrier != name || report.Knowledge != carrier.Ended {
		return err
	}
	if report.Outcome.NoChannel && (report.Ref == "" || report.Ref != open.CarrierRef) {
		return nil // perhaps of an earlier call of the attempt; if it is the current one, Lookup finds out
	}
	if open.CarrierRef != "" && report.Ref != "" && open.CarrierRef != report.Ref {
		d.Log.WarnContext(ctx, "a carrier tells of another call than it has placed", "carrier", name, "attempt_id", attemptID)
		return nil
	}
	return d.ended(ctx, open, report.Outcome)
}
