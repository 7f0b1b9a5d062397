package settlement

import (
	"context"
	"fmt"

	"gorm.io/gorm"

	"github.com/mintfax/mintfax/shared/contract"
	"github.com/mintfax/mintfax/shared/postgres/outbox"
)

// mostFailures in a row pause.
const mostFailures = 3

// PauseAutoTopUp stops automatic charges of an account until its owner switches them on again, and has the owner told,
// within the caller's transaction. One that is off or paused stays as it is.
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

// clearFailures forgets the failures before a charge.
func clearFailures(ctx context.Context, tx *gorm.DB, accountID string) error {
	err := tx.WithContext(ctx).Exec(`UPDATE billing.auto_top_ups SET failures = 0 WHERE account_id = ? AND failures > 0`, accountID).Error
	if err != nil {
		return fmt.Errorf("forget failures: %w", err)
	}
	return nil
}

// CountFailure counts a charge that Stripe did not answer, and pauses after the third in a row.
func CountFailure(ctx context.Context, tx *gorm.DB, accountID string) error {
	var failures int
	err := tx.WithContext(ctx).Raw(
		`UPDATE billing.auto_top_ups SET failures = failures + 1 WHERE account_id = ? RETURNING failures`, accountID).Scan(&failures).Error
	if err != nil {
		return fmt.Errorf("count a failure: %w", err)
	}
	if failures < mostFailures {
		return nil
	}
	return PauseAutoTopUp(ctx, tx, accountID, contract.PausedFailing)
}
