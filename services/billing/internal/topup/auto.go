package topup

import (
	"context"

	"github.com/mintfax/mintfax/shared/contract"
)

// BalanceBelow tops an account up whose live pool has run low, if it wants that. The same message again is the
// same top-up. When Stripe does not answer, the top-up stays pending, for the webhook or Next.
func (s *Service) BalanceBelow(ctx context.Context, messageID string, e contract.BalanceBelowEvent) error {
	t, known, err := s.store.byCause(ctx, messageID)
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
		s.log.WarnContext(ctx, "an automatic top-up waits for Stripe", "top_up_id", t.ID, "account_id", t.AccountID, "error", err)
	}
	return nil
}
