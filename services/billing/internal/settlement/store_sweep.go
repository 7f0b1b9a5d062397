package settlement

import (
	"context"
	"fmt"
	"time"
)

// claimDue claims the next open checkout to check and returns its session id, or the empty string. The following check
// is due after a tenth of the checkout's age, so that a page left open for a day costs a few dozen requests. A checkout
// that was checked a day after it expired is never claimed again.
func (s Store) claimDue(ctx context.Context, age time.Duration) (string, error) {
	var sessionID string
	err := s.db.WithContext(ctx).Raw(`
		UPDATE billing.checkouts SET next_check_at = now() + greatest(@age * interval '1 second', (now() - created_at) / 10)
		WHERE id = (
			SELECT id FROM billing.checkouts
			WHERE state = 'open' AND next_check_at <= now() AND created_at <= now() - @age * interval '1 second'
			  AND (checked_at IS NULL OR expires_at IS NULL OR checked_at - expires_at < interval '24 hours')
			ORDER BY next_check_at LIMIT 1 FOR UPDATE SKIP LOCKED)
		RETURNING stripe_session_id`, map[string]any{"age": age.Seconds()}).Scan(&sessionID).Error
	if err != nil {
		return "", fmt.Errorf("claim a checkout: %w", err)
	}
	return sessionID, nil
}

func (s Store) retrySoon(ctx context.Context, sessionID string, delay time.Duration) error {
	err := s.db.WithContext(ctx).Exec(
		`UPDATE billing.checkouts SET next_check_at = now() + ? * interval '1 second' WHERE stripe_session_id = ? AND state = 'open'`,
		delay.Seconds(), sessionID).Error
	if err != nil {
		return fmt.Errorf("retry a checkout: %w", err)
	}
	return nil
}

// expireUnopened ends checkouts whose page was never opened: Stripe refused it, or the process died.
func (s Store) expireUnopened(ctx context.Context) error {
	err := s.db.WithContext(ctx).Exec(
		`UPDATE billing.checkouts SET state = 'expired' WHERE state = 'creating' AND created_at < now() - interval '1 hour'`).Error
	if err != nil {
		return fmt.Errorf("expire unopened checkouts: %w", err)
	}
	return nil
}
