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

// TopUpState is where a top-up stands.
type TopUpState string

// The states of a top-up. Only succeeded is final: money that arrives later is credited.
const (
	TopUpPending        TopUpState = statePending
	TopUpSucceeded      TopUpState = "succeeded"
	TopUpDeclined       TopUpState = "declined"
	TopUpRequiresAction TopUpState = "requires_action" // the bank wants the person
)

// TopUpOutcome tells what became of a top-up. Payment is set when it succeeded, DeclineCode when the card
// was not charged.
type TopUpOutcome struct {
	State       TopUpState
	DeclineCode string
	Payment     *contract.Payment
}

// SettleTopUp does what a top-up is due by what Stripe says of its charge, if that was not done before, and
// reports where it stands. It may be called any number of times and at once. A charge that differs from
// its top-up rings the alarm and changes nothing.
func (s *Service) SettleTopUp(ctx context.Context, topUpID string, intent stripe.PaymentIntent) (TopUpOutcome, error) {
	j, err := s.store.settleTopUp(ctx, topUpID, intent, s.stripe.Livemode())
	if err != nil {
		s.results.WithLabelValues("error").Inc()
		return TopUpOutcome{}, err
	}
	s.results.WithLabelValues(string(j.verdict)).Inc()
	switch j.verdict {
	case paid:
		crashpoint.Here(crashpoint.ActivationCommitted)
		s.onPaid(ctx, intent.ID)
	case refused:
		attrs := []slog.Attr{slog.String("top_up_id", topUpID), slog.String("intent_id", intent.ID)}
		s.alarm.Raise(ctx, stripe.TopUpMismatch, append(attrs, j.differences...)...)
	default: // nobody need hear of it
	}
	return s.TopUp(ctx, topUpID)
}

// SettleIntent settles the top-up of a payment intent by what Stripe says of it now. An intent of no
// top-up is none of its business; one of a top-up that we did not make is not_found.
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

// TopUp reports where a top-up stands; one that we did not make is not_found.
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
