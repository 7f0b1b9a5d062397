package topup

import (
	"context"
	"fmt"

	"gorm.io/gorm"

	"github.com/mintfax/mintfax/services/billing/internal/purchase"
	"github.com/mintfax/mintfax/services/billing/internal/settlement"
	"github.com/mintfax/mintfax/shared/apierror"
	"github.com/mintfax/mintfax/shared/contract"
)

// claimAuto decides in the caller's transaction whether an automatic top-up of an account is due, and returns its
// package, or nil. The lock it takes serialises these decisions: the caller must record the top-up in the same
// transaction.
func claimAuto(ctx context.Context, tx *gorm.DB, catalogue purchase.Catalogue, accountID string) (*contract.CreditPackage, error) {
	tx = tx.WithContext(ctx)
	var row struct {
		PackageID       string
		ThresholdAmount int64
		MonthlyCap      int64
		InFlight        bool
		Charged         int64
		Available       int64
	}
	found := tx.Raw(`SELECT account_id FROM billing.auto_top_ups WHERE account_id = ? AND enabled AND paused_reason IS NULL FOR UPDATE`, accountID).
		Scan(new(string))
	if found.Error != nil || found.RowsAffected == 0 {
		return nil, found.Error
	}
	// A separate statement, which starts after the lock is granted, sees what concurrent transactions have committed.
	err := tx.Raw(`
		SELECT package_id, threshold_amount, monthly_cap, `+charged+` AS charged,
			EXISTS (SELECT FROM billing.top_ups t WHERE t.account_id = @account AND t.kind = 'auto' AND t.state = 'pending') AS in_flight,
			wallet.live_available(account_id) AS available
		FROM billing.auto_top_ups WHERE account_id = @account`, map[string]any{"account": accountID}).Scan(&row).Error
	if err != nil {
		return nil, fmt.Errorf("read the auto top-up: %w", err)
	}
	if row.InFlight || row.Available >= row.ThresholdAmount {
		return nil, nil
	}
	chosen, err := catalogue.Choose(row.PackageID)
	if apierror.Has(err, apierror.ValidationFailed) || apierror.Has(err, apierror.CheckoutNotAvailable) {
		return nil, settlement.PauseAutoTopUp(ctx, tx, accountID, contract.PausedPackageGone)
	}
	if err != nil {
		return nil, err
	}
	if row.Charged+chosen.Price > row.MonthlyCap {
		return nil, tx.Exec(`UPDATE billing.auto_top_ups SET capped_month = (now() AT TIME ZONE 'UTC')::date WHERE account_id = ?`, accountID).Error
	}
	return &chosen, nil
}
