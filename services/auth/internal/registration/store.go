package registration

import (
	"context"
	"fmt"

	"gorm.io/gorm"

	"github.com/mintfax/mintfax/services/auth/internal/accountkeys"
	"github.com/mintfax/mintfax/services/auth/internal/check"
	"github.com/mintfax/mintfax/shared/contract"
	"github.com/mintfax/mintfax/shared/ledger"
	"github.com/mintfax/mintfax/shared/postgres/outbox"
)

// store reads and makes accounts. It never writes activated_at, and its role could not.
type store struct {
	tx *gorm.DB
}

const accountColumns = `id, name, email, activated_at, created_at`

func (s store) findAccount(email string) (contract.Account, bool, error) {
	return s.one(`SELECT `+accountColumns+` FROM auth.accounts WHERE lower(email) = lower(?)`, email)
}

func (s store) getAccount(id string) (contract.Account, bool, error) {
	return s.one(`SELECT `+accountColumns+` FROM auth.accounts WHERE id = ?`, id)
}

func (s store) rename(id, name string) (contract.Account, bool, error) {
	return s.one(`UPDATE auth.accounts SET name = ? WHERE id = ? RETURNING `+accountColumns, name, id)
}

func (s store) one(query string, args ...any) (contract.Account, bool, error) {
	var account contract.Account
	done := s.tx.Raw(query, args...).Scan(&account)
	return account, done.RowsAffected == 1, done.Error
}

// create writes the account and all it starts with, in the caller's transaction.
func (s store) create(ctx context.Context, r *contract.Registered, pepper check.Pepper, seed int64) error {
	a := r.Account
	err := s.tx.Exec(`INSERT INTO auth.accounts (id, name, email, created_at) VALUES (?, ?, ?, ?)`, a.ID, a.Name, a.Email, a.CreatedAt).Error
	if err != nil {
		return fmt.Errorf("create the account: %w", err)
	}
	for _, e := range r.Environments {
		err := s.tx.Exec(`INSERT INTO auth.environments (id, account_id, name, type, created_at) VALUES (?, ?, ?, ?, ?)`,
			e.ID, a.ID, e.Name, e.Type, e.CreatedAt).Error
		if err != nil {
			return fmt.Errorf("create an environment: %w", err)
		}
	}
	first := []accountkeys.NewKey{
		{AccountID: a.ID, Kind: contract.KindTest, EnvironmentID: &r.Environments[0].ID, Name: "Sandbox key", Secret: r.APIKey},
		{AccountID: a.ID, Kind: contract.KindAccount, Name: "Account key", Secret: r.AccountKey},
	}
	for _, key := range first {
		if _, err := accountkeys.Insert(s.tx, pepper, key); err != nil {
			return fmt.Errorf("create a key: %w", err)
		}
	}
	if err := ledger.OpenAccount(ctx, s.tx, a.ID, seed); err != nil {
		return err
	}
	return outbox.Add(ctx, s.tx, "auth", outbox.Event(contract.AccountRegistered,
		contract.AccountRegisteredEvent{AccountID: a.ID, CreatedAt: a.CreatedAt}))
}
