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

// Receiver judges deliveries of Stripe's events.
type Receiver struct {
	store      Store
	secrets    []string
	livemode   bool
	settlement *settlement.Service
	reversals  *reversal.Service
	alarm      *stripe.Alarm
	log        *slog.Logger
}

// New returns a receiver that accepts what is signed with any of the secrets, and acts only on events
// of the given livemode.
func New(store Store, secrets []string, livemode bool, settlement *settlement.Service, reversals *reversal.Service, alarm *stripe.Alarm, log *slog.Logger) *Receiver {
	return &Receiver{store: store, secrets: secrets, livemode: livemode, settlement: settlement, reversals: reversals, alarm: alarm, log: log}
}

// Receive handles one delivery. It succeeds when Stripe need not deliver it again: what was due is
// committed, or nothing is due. Refusals: payload_too_large over 256 KiB, malformed_request when the
// signature, its time or the body is bad, and service_unavailable so that Stripe delivers again.
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
	if e.subject() == nothing {
		return contract.None{}, nil
	}
	if e.Livemode != r.livemode {
		r.ring(ctx, stripe.WrongLivemode, e)
		return contract.None{}, nil
	}
	crashpoint.Here(crashpoint.WebhookVerified)
	if err := r.act(ctx, e); err != nil {
		r.log.ErrorContext(ctx, "a Stripe event could not be handled; Stripe will deliver it again", "event_id", e.ID, "object_id", e.ObjectID, "error", err)
		return contract.None{}, apierror.Wrap(apierror.ServiceUnavailable, err)
	}
	return contract.None{}, nil
}

// act remembers the event after what it asked for is done, so that a crash in between repeats both.
func (r *Receiver) act(ctx context.Context, e event) error {
	unknown, err := r.follow(ctx, e)
	if apierror.Has(err, apierror.NotFound) {
		r.ring(ctx, unknown, e)
	} else if err != nil {
		return err
	}
	crashpoint.Here(crashpoint.WebhookFulfilled)
	return r.store.remember(ctx, e)
}

// follow looks at what the event is about. It also tells which alarm to ring when that is not_found.
func (r *Receiver) follow(ctx context.Context, e event) (unknown stripe.Reason, err error) {
	switch e.subject() {
	case anIntent:
		return stripe.UnknownTopUp, r.settlement.SettleIntent(ctx, e.ObjectID)
	case aCharge:
		return stripe.UnknownReversal, r.reversals.FollowCharge(ctx, e.ObjectID)
	case aRefund:
		return stripe.UnknownReversal, r.reversals.FollowRefund(ctx, e.ObjectID)
	case aDispute:
		return stripe.UnknownReversal, r.reversals.FollowDispute(ctx, e.ObjectID)
	default:
		_, err = r.settlement.SettleCheckout(ctx, e.ObjectID)
		return stripe.UnknownSession, err
	}
}

func (r *Receiver) ring(ctx context.Context, reason stripe.Reason, e event) {
	r.alarm.Raise(ctx, reason, slog.String("event_id", e.ID), slog.String("type", e.Type),
		slog.String("object_id", e.ObjectID), slog.Bool("livemode", e.Livemode))
}
