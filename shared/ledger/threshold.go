package ledger

import (
	"context"
	"fmt"

	"gorm.io/gorm"
)

// SetLowBalance sets the credits of the live pool below which its account is told contract.BalanceLow,
// once until a purchase brings as many again; nil is never. When there are fewer now, it is told at once,
// unless the threshold is the one it had.
func SetLowBalance(ctx context.Context, tx *gorm.DB, accountID string, threshold *int64) error {
	if err := tx.WithContext(ctx).Exec(`SELECT wallet.set_low_balance(?, ?)`, accountID, threshold).Error; err != nil {
		return fmt.Errorf("set when a balance is low: %w", err)
	}
	return nil
}

// SetAutoTopUp sets the credits of the live pool below which a capture tells contract.BalanceBelow, once
// until a purchase or RearmAutoTopUp; nil is never. When there are fewer now, it is told at once.
func SetAutoTopUp(ctx context.Context, tx *gorm.DB, accountID string, threshold *int64) error {
	if err := tx.WithContext(ctx).Exec(`SELECT wallet.set_auto_top_up(?, ?)`, accountID, threshold).Error; err != nil {
		return fmt.Errorf("set when a balance is topped up: %w", err)
	}
	return nil
}

// RearmAutoTopUp lets the next capture tell again that fewer credits than the threshold are left: the
// top-up that was told of has not come about. It tells nothing itself.
func RearmAutoTopUp(ctx context.Context, tx *gorm.DB, accountID string) error {
	if err := tx.WithContext(ctx).Exec(`SELECT wallet.rearm_auto_top_up(?)`, accountID).Error; err != nil {
		return fmt.Errorf("rearm a top-up: %w", err)
	}
	return nil
}
