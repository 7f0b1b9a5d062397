package topup

import (
	"context"
	"errors"
	"fmt"

	"github.com/mintfax/mintfax/services/billing/internal/settlement"
	"github.com/mintfax/mintfax/services/billing/internal/stripe"
	"github.com/mintfax/mintfax/shared/contract"
)

// charge charges the card at Stripe and settles the result. Without an answer the top-up stays pending, for the webhook,
// Next, or a retry of the same request.
func (s *Service) charge(ctx context.Context, t topUp) (settlement.TopUpOutcome, error) {
	intent, err := s.stripe.ChargeCard(ctx, stripe.Charge{
		TopUpID: t.ID, AccountID: t.AccountID, CustomerID: t.StripeCustomerID, PaymentMethodID: t.PaymentMethodID,
		Amount: t.Amount, Currency: t.Currency, Description: fmt.Sprintf("%d fax credits", t.Credits),
		IdempotencyKey: t.IdempotencyKey,
	})
	if errors.Is(err, stripe.ErrRefused) || errors.Is(err, stripe.ErrMissing) {
		s.log.WarnContext(ctx, "Stripe refused to charge a saved card", "top_up_id", t.ID, "account_id", t.AccountID, "error", err)
		intent, err = notCharged(contract.CardUnusable), nil
	}
	if err != nil {
		return settlement.TopUpOutcome{}, s.unanswered(ctx, t, err)
	}
	return s.settlement.SettleTopUp(ctx, t.ID, intent)
}

// unanswered counts the failure of an automatic charge, which may pause automatic top-ups.
func (s *Service) unanswered(ctx context.Context, t topUp, cause error) error {
	if t.Kind != kindAuto {
		return cause
	}
	return errors.Join(cause, s.store.countFailure(context.WithoutCancel(ctx), t.AccountID))
}

// resume completes a top-up whose charge may have been made. It looks up the charge first: Stripe replays its own faults
// to the same key for a day, and prunes the key after that.
func (s *Service) resume(ctx context.Context, t topUp) (settlement.TopUpOutcome, error) {
	if t.State != string(settlement.TopUpPending) {
		return s.settlement.TopUp(ctx, t.ID)
	}
	intent, found, err := s.stripe.FindCharge(ctx, t.StripeCustomerID, t.ID, t.CreatedAt)
	if err != nil {
		return settlement.TopUpOutcome{}, s.unanswered(ctx, t, err)
	}
	switch {
	case found:
		return s.settlement.SettleTopUp(ctx, t.ID, intent)
	case t.KeyExpired:
		return s.settlement.SettleTopUp(ctx, t.ID, notCharged(contract.NeverHappened))
	case t.LookupOnly:
		return s.settlement.TopUp(ctx, t.ID)
	default:
		return s.charge(ctx, t)
	}
}

// notCharged is the intent of a charge that was not made.
func notCharged(code string) stripe.PaymentIntent {
	return stripe.PaymentIntent{Status: stripe.IntentUnpaid, DeclineCode: code}
}

// Next settles one top-up that stayed pending and reports whether there was one.
func (s *Service) Next(ctx context.Context) (bool, error) {
	t, found, err := s.store.claim(ctx)
	if err != nil || !found {
		return false, err
	}
	if _, err := s.resume(ctx, t); err != nil {
		return true, fmt.Errorf("settle the top-up %s: %w", t.ID, err)
	}
	return true, nil
}
