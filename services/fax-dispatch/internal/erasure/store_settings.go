package erasure

import (
	"context"
	"fmt"

	"gorm.io/gorm"

	"github.com/mintfax/mintfax/shared/contract"
	"github.com/mintfax/mintfax/shared/postgres"
)

const settingsColumns = `retention_days, zero_footprint, daily_spend_cap, sender_name, sender_company, sender_fax`

func (s Store) settings(ctx context.Context, accountID string) (contract.FaxSettings, error) {
	var rows []contract.FaxSettings
	err := s.db.WithContext(ctx).Raw(`SELECT `+settingsColumns+` FROM fax.settings WHERE account_id = ?`, accountID).Scan(&rows).Error
	if err != nil {
		return contract.FaxSettings{}, fmt.Errorf("read the settings of an account: %w", err)
	}
	if len(rows) == 0 {
		return contract.FaxSettings{RetentionDays: defaultDays}, nil
	}
	return rows[0], nil
}

// set writes what is given and leaves the rest. Of a sender, empty is nothing. Faxes may be over now that were not.
func (s Store) set(ctx context.Context, r contract.SetFaxSettingsRequest) (set contract.FaxSettings, err error) {
	err = postgres.InTx(ctx, s.db, func(tx *gorm.DB) error {
		if set, err = write(tx, r); err != nil {
			return err
		}
		return tx.Exec(`UPDATE fax.retention SET look_at = least(look_at, now()) WHERE account_id = ?`, r.AccountID).Error
	})
	if err != nil {
		return contract.FaxSettings{}, fmt.Errorf("write the settings of an account: %w", err)
	}
	return set, nil
}

func write(tx *gorm.DB, r contract.SetFaxSettingsRequest) (contract.FaxSettings, error) {
	var rows []contract.FaxSettings
	err := tx.Raw(`
		INSERT INTO fax.settings AS s (account_id, retention_days, zero_footprint, daily_spend_cap, sender_name, sender_company, sender_fax)
		VALUES (@account, coalesce(CAST(@days AS integer), CAST(@default AS integer)), coalesce(CAST(@zero AS boolean), false), CAST(@cap AS bigint),
			nullif(CAST(@name AS text), ''), nullif(CAST(@company AS text), ''), nullif(CAST(@fax AS text), ''))
		ON CONFLICT (account_id) DO UPDATE SET updated_at = now(),
			retention_days = coalesce(CAST(@days AS integer), s.retention_days),
			zero_footprint = coalesce(CAST(@zero AS boolean), s.zero_footprint),
			daily_spend_cap = CASE WHEN @capped THEN CAST(@cap AS bigint) ELSE s.daily_spend_cap END,
			sender_name = nullif(coalesce(CAST(@name AS text), s.sender_name), ''),
			sender_company = nullif(coalesce(CAST(@company AS text), s.sender_company), ''),
			sender_fax = nullif(coalesce(CAST(@fax AS text), s.sender_fax), '')
		RETURNING `+settingsColumns,
		map[string]any{
			"account": r.AccountID, "days": r.RetentionDays, "zero": r.ZeroFootprint, "default": defaultDays,
			"cap": r.DailySpendCap, "capped": r.SetsDailySpendCap, "name": r.SenderName, "company": r.SenderCompany, "fax": r.SenderFax,
		}).Scan(&rows).Error
	if err == nil && len(rows) == 0 {
		err = gorm.ErrRecordNotFound
	}
	if err != nil {
		return contract.FaxSettings{}, err
	}
	return rows[0], nil
}
