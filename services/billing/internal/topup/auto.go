package topup

import (
	"context"

	"github.com/mintfax/mintfax/shared/contract"
)

// BalanceBelow tops up an account whose live pool is below its threshold, if automatic top-ups are enabled. A redelivered
// message leads to the same top-up. If Stripe does not answer, the top-up stays pending, for the webhook or Next.
func (s *Service) BalanceBelow(ctx context.Context, messageID string, e contract.BalanceBelowEvent) error {
	t, known, err := s.store.topUpByCause(ctx, messageID)
	if err != nil {
		return err
	}
	run := s.resume
	if !known {
		run = s.charge
		begun := false
		if t, begun, err = s.store.beginAuto(ctx, s.catalogue, messageID, e.AccountID, s.stripe.Livemode()); err != nil || !begun {
			return err
		}
	}
	if _, err := run(ctx, t); err != nil {
		s.log.WarnContext(ctx, "an automatic top-up is pending: Stripe did not answer", "top_up_id", t.ID, "account_id", t.AccountID, "error", err)
	}
	return nil
}
