package topup

import (
	"context"
	"fmt"

	"gorm.io/gorm"

	"github.com/mintfax/mintfax/shared/contract"
	"github.com/mintfax/mintfax/shared/ledger"
	"github.com/mintfax/mintfax/shared/postgres"
)

// thisMonth is the first moment of the calendar month in UTC.
const thisMonth = `(date_trunc('month', now() AT TIME ZONE 'UTC') AT TIME ZONE 'UTC')`

// charged is the sum in cents of this month's succeeded and pending automatic top-ups.
const charged = `(SELECT coalesce(sum(t.amount), 0)::bigint FROM billing.top_ups t
	WHERE t.account_id = @account AND t.kind = 'auto' AND t.state IN ('pending', 'succeeded') AND t.created_at >= ` + thisMonth + `)`

// autoTopUp returns the settings of an account, or their zero value.
func (s Store) autoTopUp(ctx context.Context, accountID string) (contract.AutoTopUp, error) {
	var rows []contract.AutoTopUp
	err := s.db.WithContext(ctx).Raw(`
		SELECT enabled, threshold_amount, package_id, monthly_cap, `+charged+` AS charged_this_month, paused_reason, paused_at
		FROM billing.auto_top_ups WHERE account_id = @account`, map[string]any{"account": accountID}).Scan(&rows).Error
	if err != nil || len(rows) == 0 {
		return contract.AutoTopUp{}, err
	}
	return rows[0], nil
}

// setAutoTopUp replaces the settings and sets the threshold in the ledger, in one transaction. saved is false when there
// is no card to charge.
func (s Store) setAutoTopUp(ctx context.Context, r contract.SetAutoTopUpRequest) (saved bool, err error) {
	err = postgres.InTx(ctx, s.db, func(tx *gorm.DB) error {
		tx = tx.WithContext(ctx)
		saved = true
		if r.Enabled {
			if err := tx.Raw(`SELECT EXISTS (`+chargeable+` AND k.account_id = ?)`, r.AccountID).Scan(&saved).Error; err != nil || !saved {
				return err
			}
		}
		err := tx.Exec(`
			INSERT INTO billing.auto_top_ups (account_id, enabled, threshold_amount, package_id, monthly_cap)
			VALUES (?, ?, ?, nullif(?, ''), ?)
			ON CONFLICT (account_id) DO UPDATE SET enabled = excluded.enabled, threshold_amount = excluded.threshold_amount,
				package_id = excluded.package_id, monthly_cap = excluded.monthly_cap, paused_reason = NULL, paused_at = NULL,
				failures = 0, capped_month = NULL, updated_at = now()`,
			r.AccountID, r.Enabled, r.ThresholdAmount, r.PackageID, r.MonthlyCap).Error
		if err != nil {
			return err
		}
		threshold := r.ThresholdAmount
		if !r.Enabled {
			threshold = nil
		}
		return ledger.SetAutoTopUp(ctx, tx, r.AccountID, threshold)
	})
	return saved, err
}

// chargeable selects the customers with a card that is not being removed.
const chargeable = `SELECT FROM billing.customers k WHERE k.payment_method_id IS NOT NULL AND NOT EXISTS (
	SELECT FROM billing.detachments d WHERE d.payment_method_id = k.payment_method_id)`

// uncap clears one cap that a past month's charges reached, and re-arms the threshold in the ledger.
func (s Store) uncap(ctx context.Context) (found bool, err error) {
	err = postgres.InTx(ctx, s.db, func(tx *gorm.DB) error {
		var accountID string
		err := tx.WithContext(ctx).Raw(`
			UPDATE billing.auto_top_ups SET capped_month = NULL WHERE account_id = (
				SELECT account_id FROM billing.auto_top_ups WHERE capped_month < date_trunc('month', now() AT TIME ZONE 'UTC')::date
				LIMIT 1 FOR UPDATE SKIP LOCKED)
			RETURNING account_id`).Scan(&accountID).Error
		if found = accountID != ""; err != nil || !found {
			return err
		}
		return ledger.RearmAutoTopUp(ctx, tx, accountID)
	})
	if err != nil {
		return false, fmt.Errorf("clear the monthly cap: %w", err)
	}
	return found, nil
}
