package codes

import (
	"context"
	"fmt"

	"github.com/mintfax/mintfax/shared/postgres"
)

// Letter is what a mail has to tell.
type Letter struct {
	Purpose   Purpose
	Address   string // as the asker typed it
	Code      string
	Reference string
}

// Letter returns what there is to mail for a code. It finds nothing when that was mailed, or is too old to be of use.
func (i *Issuer) Letter(ctx context.Context, db *postgres.DB, id int64) (letter Letter, found bool, err error) {
	var row codeRow
	done := db.WithContext(ctx).Raw(`SELECT email, address, purpose, seed FROM auth.email_codes
		WHERE id = ? AND mailed_at IS NULL AND used_at IS NULL AND expires_at > now()`, id).Scan(&row)
	if done.Error != nil {
		return Letter{}, false, fmt.Errorf("read the code to mail: %w", done.Error)
	}
	return Letter{Purpose: row.Purpose, Address: row.Address, Code: i.code(row), Reference: i.reference(row)}, done.RowsAffected == 1, nil
}

// Mailed remembers that the mail server took the letter.
func (i *Issuer) Mailed(ctx context.Context, db *postgres.DB, id int64) error {
	if err := db.WithContext(ctx).Exec(`UPDATE auth.email_codes SET mailed_at = now() WHERE id = ?`, id).Error; err != nil {
		return fmt.Errorf("remember the mail: %w", err)
	}
	return nil
}
