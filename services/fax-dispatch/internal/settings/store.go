package settings

import (
	"context"
	_ "embed"
	"fmt"

	"gorm.io/gorm"

	"github.com/mintfax/mintfax/shared/contract"
	"github.com/mintfax/mintfax/shared/postgres"
)

//go:embed set.sql
var setSQL string

// Store keeps fax.settings.
type Store struct {
	db *gorm.DB
}

// NewStore returns a store on the fax schema.
func NewStore(db *gorm.DB) Store { return Store{db} }

// Of reads the settings of an account, or the defaults, in the caller's transaction.
func Of(tx *gorm.DB, accountID string) (contract.FaxSettings, error) {
	var rows []contract.FaxSettings
	if err := tx.Table("fax.settings").Where("account_id = ?", accountID).Scan(&rows).Error; err != nil {
		return contract.FaxSettings{}, fmt.Errorf("read the settings of an account: %w", err)
	}
	if len(rows) == 0 {
		return contract.FaxSettings{RetentionDays: defaultRetentionDays}, nil
	}
	return rows[0], nil
}

func (s Store) get(ctx context.Context, accountID string) (contract.FaxSettings, error) {
	return Of(s.db.WithContext(ctx), accountID)
}

// set writes the fields that are given and keeps the others; an empty sender field is cleared. Retention is looked at anew: a
// shorter one may be over for faxes already.
func (s Store) set(ctx context.Context, r contract.SetFaxSettingsRequest) (set contract.FaxSettings, err error) {
	err = postgres.InTx(ctx, s.db, func(tx *gorm.DB) error {
		found := tx.Raw(setSQL, map[string]any{
			"account": r.AccountID, "days": r.RetentionDays, "zero": r.ZeroFootprint, "default": defaultRetentionDays,
			"cap": r.DailySpendCap, "capped": r.SetsDailySpendCap, "name": r.SenderName, "company": r.SenderCompany, "fax": r.SenderFax,
		}).Scan(&set)
		if found.Error != nil {
			return found.Error
		}
		if found.RowsAffected == 0 {
			return gorm.ErrRecordNotFound
		}
		return tx.Exec(`UPDATE fax.retention SET look_at = least(look_at, now()) WHERE account_id = ?`, r.AccountID).Error
	})
	if err != nil {
		return contract.FaxSettings{}, fmt.Errorf("write the settings of an account: %w", err)
	}
	return set, nil
}
