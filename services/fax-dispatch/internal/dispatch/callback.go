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

// Receive serves contract.ReceiveCarrier once the report is recorded. Callbacks may be repeated and come in any order.
// Errors: not_found for a carrier that is not configured; malformed_request for a forged callback.
func (d *Dispatcher) Receive(ctx context.Context, delivery contract.CarrierDelivery) (contract.None, error) {
	receiver, known := d.Carriers[delivery.Carrier].(carrier.Receiver)
	if !known {
		return contract.None{}, apierror.New(apierror.NotFound)
	}
	update, err := receiver.Receive(ctx, carrier.Delivery{Body: delivery.Body, Headers: delivery.Headers, Secret: delivery.Secret})
	if errors.Is(err, carrier.ErrForged) {
		return contract.None{}, apierror.Wrap(apierror.MalformedRequest, err)
	}
	if err != nil {
		return contract.None{}, fmt.Errorf("callback of %s: %w", delivery.Carrier, err)
	}
	if !ids.Valid(ids.Attempt, update.AttemptID) {
		return contract.None{}, nil // a fax that another program sends by the same account
	}
	return contract.None{}, d.Report(ctx, delivery.Carrier, update.AttemptID, update.Report)
}

// Report processes a carrier's callback about an attempt. It ignores attempts that have ended or are with another carrier,
// and reports other than of an end.
func (d *Dispatcher) Report(ctx context.Context, name, attemptID string, report carrier.Report) error {
	open, found, err := d.Store.openByID(ctx, attemptID)
	if err != nil || !found || open.Carrier != name || report.Knowledge != carrier.Ended {
		return err
	}
	if report.Outcome.NoChannel && (report.Ref == "" || report.Ref != open.CarrierRef) {
		return nil // perhaps of an earlier call of the attempt; if it is the current one, Lookup finds out
	}
	if open.CarrierRef != "" && report.Ref != "" && open.CarrierRef != report.Ref {
		d.Log.WarnContext(ctx, "a carrier reports another call than it has placed", "carrier", name, "attempt_id", attemptID)
		return nil
	}
	return d.ended(ctx, open, report.Outcome)
}
