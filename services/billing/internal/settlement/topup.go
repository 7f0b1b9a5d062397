package settlement

import (
	"context"
	"errors"
	"log/slog"
	"regexp"

	"github.com/mintfax/mintfax/services/billing/internal/stripe"
	"github.com/mintfax/mintfax/shared/apierror"
	"github.com/mintfax/mintfax/shared/contract"
	"github.com/mintfax/mintfax/shared/crashpoint"
	"github.com/mintfax/mintfax/shared/ids"
)

// TopUpState is the state of a top-up.
type TopUpState string

// The states of a top-up. Only succeeded is final: money that arrives after a decline is still credited.
const (
	TopUpPending        TopUpState = statePending
	TopUpSucceeded      TopUpState = "succeeded"
	TopUpDeclined       TopUpState = "declined"
	TopUpRequiresAction TopUpState = "requires_action" // the bank requires authentication by the cardholder
)

// TopUpOutcome is the result of a top-up. Payment is set when it succeeded, DeclineCode when the card was not charged.
type TopUpOutcome struct {
	State       TopUpState
	DeclineCode string
	Payment     *contract.Payment
}

// SettleTopUp applies what follows from a charge to its top-up, unless that was done before, and returns the top-up's
// state. It is idempotent and safe for concurrent use. A charge that differs from its top-up raises the alarm and
// changes nothing.
func (s *Service) SettleTopUp(ctx context.Context, topUpID string, intent stripe.PaymentIntent) (TopUpOutcome, error) {
	d, err := s.store.settleTopUp(ctx, topUpID, intent, s.stripe.Livemode())
	if err != nil {
		s.results.WithLabelValues("error").Inc()
		return TopUpOutcome{}, err
	}
	s.results.WithLabelValues(string(d.verdict)).Inc()
	switch d.verdict {
	case paid:
		crashpoint.Here(crashpoint.ActivationCommitted)
		s.onPaid(ctx, intent.ID)
	case mismatched:
		attrs := []slog.Attr{slog.String("top_up_id", topUpID), slog.String("intent_id", intent.ID)}
		s.alarm.Raise(ctx, stripe.TopUpMismatch, append(attrs, d.differences...)...)
	default:
	}
	return s.TopUp(ctx, topUpID)
}

// SettleIntent reads a payment intent from Stripe and settles its top-up. An intent without a top-up is ignored; one
// whose top-up we did not create is not_found.
func (s *Service) SettleIntent(ctx context.Context, intentID string) error {
	if len(intentID) > 255 || !regexp.MustCompile(`^pi_[A-Za-z0-9_]+$`).MatchString(intentID) {
		return apierror.New(apierror.NotFound)
	}
	intent, err := s.stripe.GetIntent(ctx, intentID)
	if errors.Is(err, stripe.ErrMissing) {
		return apierror.Wrap(apierror.NotFound, err)
	}
	if err != nil {
		return err
	}
	topUpID := intent.Metadata[stripe.MetadataTopUp]
	if topUpID == "" {
		return nil
	}
	if _, err := s.TopUp(ctx, topUpID); err != nil {
		return err
	}
	_, err = s.SettleTopUp(ctx, topUpID, intent)
	return err
}

// TopUp returns the state of a top-up. One that we did not create is not_found.
func (s *Service) TopUp(ctx context.Context, topUpID string) (TopUpOutcome, error) {
	if !ids.Valid(ids.TopUp, topUpID) {
		return TopUpOutcome{}, apierror.New(apierror.NotFound)
	}
	row, found, err := s.store.findTopUp(ctx, topUpID)
	if err != nil {
		return TopUpOutcome{}, err
	}
	if !found {
		return TopUpOutcome{}, apierror.New(apierror.NotFound)
	}
	outcome := TopUpOutcome{State: TopUpState(row.State), DeclineCode: row.DeclineCode}
	if outcome.State == TopUpSucceeded {
		outcome.Payment, err = s.store.paymentOfTopUp(ctx, row.ID)
	}
	return outcome, err
}
