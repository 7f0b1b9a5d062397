package webhook

import (
	"context"
	"log/slog"

	"github.com/mintfax/mintfax/services/billing/internal/reversal"
	"github.com/mintfax/mintfax/services/billing/internal/settlement"
	"github.com/mintfax/mintfax/services/billing/internal/stripe"
	"github.com/mintfax/mintfax/shared/apierror"
	"github.com/mintfax/mintfax/shared/contract"
	"github.com/mintfax/mintfax/shared/crashpoint"
)

const maxBody = 256 << 10

// Receiver handles deliveries of Stripe's events.
type Receiver struct {
	store      Store
	secrets    []string
	livemode   bool
	settlement *settlement.Service
	reversals  *reversal.Service
	alarm      *stripe.Alarm
	log        *slog.Logger
}

// New returns a receiver that accepts events signed with any of the secrets and handles only those of the given livemode.
func New(store Store, secrets []string, livemode bool, settlement *settlement.Service, reversals *reversal.Service, alarm *stripe.Alarm, log *slog.Logger) *Receiver {
	return &Receiver{store: store, secrets: secrets, livemode: livemode, settlement: settlement, reversals: reversals, alarm: alarm, log: log}
}

// Receive handles one delivery. It succeeds when Stripe need not redeliver the event: what follows from it is committed,
// or nothing follows. Errors: payload_too_large over 256 KiB, malformed_request for an invalid signature, timestamp or
// body, and service_unavailable, which makes Stripe redeliver.
func (r *Receiver) Receive(ctx context.Context, d contract.StripeDelivery) (contract.None, error) {
	if len(d.Body) > maxBody {
		return contract.None{}, apierror.New(apierror.PayloadTooLarge)
	}
	if err := stripe.VerifySignature(d.Body, d.Signature, r.secrets); err != nil {
		return contract.None{}, apierror.Wrap(apierror.MalformedRequest, err)
	}
	e, err := parseEvent(d.Body)
	if err != nil {
		return contract.None{}, apierror.Wrap(apierror.MalformedRequest, err)
	}
	if e.subject() == none {
		return contract.None{}, nil
	}
	if e.Livemode != r.livemode {
		r.raise(ctx, stripe.WrongLivemode, e)
		return contract.None{}, nil
	}
	crashpoint.Here(crashpoint.WebhookVerified)
	if err := r.handle(ctx, e); err != nil {
		r.log.ErrorContext(ctx, "a Stripe event could not be handled; Stripe will redeliver it", "event_id", e.ID, "object_id", e.ObjectID, "error", err)
		return contract.None{}, apierror.Wrap(apierror.ServiceUnavailable, err)
	}
	return contract.None{}, nil
}

// handle records the event after its effects are committed, so that a crash in between repeats both.
func (r *Receiver) handle(ctx context.Context, e event) error {
	unknown, err := r.apply(ctx, e)
	if apierror.Has(err, apierror.NotFound) {
		r.raise(ctx, unknown, e)
	} else if err != nil {
		return err
	}
	crashpoint.Here(crashpoint.WebhookFulfilled)
	return r.store.recordEvent(ctx, e)
}

// apply settles the object of the event. When that is not_found, unknown is the alarm to raise.
func (r *Receiver) apply(ctx context.Context, e event) (unknown stripe.Reason, err error) {
	switch e.subject() {
	case intent:
		return stripe.UnknownTopUp, r.settlement.SettleIntent(ctx, e.ObjectID)
	case charge:
		return stripe.UnknownReversal, r.reversals.SyncCharge(ctx, e.ObjectID)
	case refund:
		return stripe.UnknownReversal, r.reversals.SyncRefund(ctx, e.ObjectID)
	case dispute:
		return stripe.UnknownReversal, r.reversals.SyncDispute(ctx, e.ObjectID)
	default:
		_, err = r.settlement.SettleCheckout(ctx, e.ObjectID)
		return stripe.UnknownSession, err
	}
}

func (r *Receiver) raise(ctx context.Context, reason stripe.Reason, e event) {
	r.alarm.Raise(ctx, reason, slog.String("event_id", e.ID), slog.String("type", e.Type),
		slog.String("object_id", e.ObjectID), slog.Bool("livemode", e.Livemode))
}
