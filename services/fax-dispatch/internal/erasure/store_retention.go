package erasure

import (
	"context"
	"fmt"

	"gorm.io/gorm"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/settings"
	"github.com/mintfax/mintfax/shared/postgres"
)

// eraseOld erases up to limit faxes of one account whose retention is over, and reports whether an account was due.
// fax.retention says when one is.
func (s Store) eraseOld(ctx context.Context, limit int) (looked bool, err error) {
	err = postgres.InTx(ctx, s.db, func(tx *gorm.DB) error {
		var accounts []string
		err := tx.Raw(`SELECT account_id FROM fax.retention WHERE look_at <= now() ORDER BY look_at LIMIT 1 FOR UPDATE SKIP LOCKED`).
			Scan(&accounts).Error
		if looked = len(accounts) == 1; err != nil || !looked {
			return err
		}
		return eraseOf(tx, accounts[0], limit)
	})
	if err != nil {
		return false, fmt.Errorf("erase old faxes: %w", err)
	}
	return looked, nil
}

// eraseOf erases faxes of an account and schedules the next look: at once when there may be more, otherwise when the retention
// of the oldest fax left is over. A locked fax waits for a minute. The retention of a fax that ends meanwhile is over later.
func eraseOf(tx *gorm.DB, account string, limit int) error {
	set, err := settings.Of(tx, account)
	if err != nil {
		return err
	}
	days := set.RetentionDays
	var erased []string
	err = tx.Raw(`
		SELECT old.id FROM (
			SELECT id FROM fax.faxes
			WHERE account_id = ? AND completed_at IS NOT NULL AND erased_at IS NULL AND completed_at < now() - make_interval(days => ?)
			ORDER BY completed_at LIMIT ? FOR UPDATE SKIP LOCKED) old CROSS JOIN LATERAL fax.erase(old.id)`, account, days, limit).Scan(&erased).Error
	if err != nil || len(erased) == limit {
		return err
	}
	return tx.Exec(`
		UPDATE fax.retention SET look_at = greatest(now() + interval '1 minute', make_interval(days => ?) + coalesce(
			(SELECT min(completed_at) FROM fax.faxes WHERE account_id = ? AND completed_at IS NOT NULL AND erased_at IS NULL), now()))
		WHERE account_id = ?`, days, account, account).Error
}
