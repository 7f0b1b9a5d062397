package ledger

import (
	"context"
	"fmt"

	"gorm.io/gorm"
)

// SetLowBalance sets the threshold of contract.BalanceLow, in credits of the live pool; nil disables the event.
// The event is published once until a purchase brings the pool back to the threshold. If the pool is already
// below it, the event is published at once, unless the threshold is unchanged.
func SetLowBalance(ctx context.Context, tx *gorm.DB, accountID string, threshold *int64) error {
	if err := tx.WithContext(ctx).Exec(`SELECT wallet.set_low_balance(?, ?)`, accountID, threshold).Error; err != nil {
		return fmt.Errorf("set when a balance is low: %w", err)
	}
	return nil
}

// SetAutoTopUp sets the credits of the live pool below which a capture publishes contract.BalanceBelow; nil
// disables the event. It is published once until a purchase or RearmAutoTopUp. If the pool is already below the
// threshold, it is published at once.
func SetAutoTopUp(ctx context.Context, tx *gorm.DB, accountID string, threshold *int64) error {
	if err := tx.WithContext(ctx).Exec(`SELECT wallet.set_auto_top_up(?, ?)`, accountID, threshold).Error; err != nil {
		return fmt.Errorf("set when a balance is topped up: %w", err)
	}
	return nil
}

// RearmAutoTopUp lets the next capture below the threshold publish contract.BalanceBelow again, because the
// top-up for the previous event did not happen. It publishes nothing itself.
func RearmAutoTopUp(ctx context.Context, tx *gorm.DB, accountID string) error {
	if err := tx.WithContext(ctx).Exec(`SELECT wallet.rearm_auto_top_up(?)`, accountID).Error; err != nil {
		return fmt.Errorf("rearm a top-up: %w", err)
	}
	return nil
}
