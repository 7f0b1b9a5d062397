package settlement

import (
	"context"
	"fmt"

	"gorm.io/gorm"

	"github.com/mintfax/mintfax/shared/contract"
	"github.com/mintfax/mintfax/shared/outbox"
)

// maxFailures consecutive charges without an answer pause automatic top-ups.
const maxFailures = 3

// PauseAutoTopUp pauses the automatic top-ups of an account until its owner enables them again, and queues the event
// that notifies the owner, in the caller's transaction. Automatic top-ups that are off or paused stay as they are.
func PauseAutoTopUp(ctx context.Context, tx *gorm.DB, accountID string, reason contract.PauseReason) error {
	done := tx.WithContext(ctx).Exec(`
		UPDATE billing.auto_top_ups SET paused_reason = ?, paused_at = now(), updated_at = now()
		WHERE account_id = ? AND enabled AND paused_reason IS NULL`, string(reason), accountID)
	if done.Error != nil {
		return fmt.Errorf("pause the auto top-up: %w", done.Error)
	}
	if done.RowsAffected == 0 {
		return nil
	}
	return outbox.Add(ctx, tx, "billing", outbox.Event(contract.AutoTopUpPaused, contract.AutoTopUpPausedEvent{AccountID: accountID, Reason: reason}))
}

// clearFailures resets the count of consecutive failures after a successful charge.
func clearFailures(ctx context.Context, tx *gorm.DB, accountID string) error {
	err := tx.WithContext(ctx).Exec(`UPDATE billing.auto_top_ups SET failures = 0 WHERE account_id = ? AND failures > 0`, accountID).Error
	if err != nil {
		return fmt.Errorf("clear the failures: %w", err)
	}
	return nil
}

// CountFailure counts an automatic charge that Stripe did not answer, and pauses after three in a row.
func CountFailure(ctx context.Context, tx *gorm.DB, accountID string) error {
	var failures int
	err := tx.WithContext(ctx).Raw(
		`UPDATE billing.auto_top_ups SET failures = failures + 1 WHERE account_id = ? RETURNING failures`, accountID).Scan(&failures).Error
	if err != nil {
		return fmt.Errorf("count a failure: %w", err)
	}
	if failures < maxFailures {
		return nil
	}
	return PauseAutoTopUp(ctx, tx, accountID, contract.PausedFailing)
}
