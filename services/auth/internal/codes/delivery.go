package codes

import (
	"context"
	"fmt"

	"github.com/mintfax/mintfax/shared/postgres"
)

// Delivery is a code to be mailed.
type Delivery struct {
	Purpose   Purpose
	Address   string // as it was typed
	Code      string
	Reference string
}

// Delivery returns the code to mail for an id. It finds none when the code was mailed, used or has expired.
func (i *Issuer) Delivery(ctx context.Context, db *postgres.DB, id int64) (d Delivery, found bool, err error) {
	row, found, err := store{db.WithContext(ctx)}.undelivered(id)
	if err != nil {
		return Delivery{}, false, fmt.Errorf("read the code to mail: %w", err)
	}
	if !found {
		return Delivery{}, false, nil
	}
	return Delivery{Purpose: row.Purpose, Address: row.Address, Code: i.code(row), Reference: i.reference(row)}, true, nil
}

// MarkDelivered records that the mail server accepted the mail.
func (i *Issuer) MarkDelivered(ctx context.Context, db *postgres.DB, id int64) error {
	if err := (store{db.WithContext(ctx)}).markDelivered(id); err != nil {
		return fmt.Errorf("record the delivery: %w", err)
	}
	return nil
}

// DeleteExpired deletes codes a day after they were issued, when they no longer count against a quota, and browsers
// that have not signed in for trustedFor. Any number of processes may call it.
func (i *Issuer) DeleteExpired(ctx context.Context, db *postgres.DB) error {
	if err := (store{db.WithContext(ctx)}).deleteExpired(); err != nil {
		return fmt.Errorf("delete expired codes: %w", err)
	}
	return nil
}
