package accounts

import (
	"context"
	"fmt"

	"gorm.io/gorm"

	"github.com/mintfax/mintfax/services/auth/internal/keys"
	"github.com/mintfax/mintfax/shared/contract"
	"github.com/mintfax/mintfax/shared/ledger"
	"github.com/mintfax/mintfax/shared/outbox"
)

// store reads and writes accounts and environments. It never writes activated_at; its database role cannot.
type store struct {
	tx *gorm.DB
}

const accountColumns = `id, name, email, activated_at, created_at`

func (s store) accountByEmail(email string) (contract.Account, bool, error) {
	return s.oneAccount(`SELECT `+accountColumns+` FROM auth.accounts WHERE lower(email) = lower(?)`, email)
}

func (s store) account(id string) (contract.Account, bool, error) {
	return s.oneAccount(`SELECT `+accountColumns+` FROM auth.accounts WHERE id = ?`, id)
}

func (s store) renameAccount(id, name string) (contract.Account, bool, error) {
	return s.oneAccount(`UPDATE auth.accounts SET name = ? WHERE id = ? RETURNING `+accountColumns, name, id)
}

func (s store) oneAccount(query string, args ...any) (contract.Account, bool, error) {
	var account contract.Account
	done := s.tx.Raw(query, args...).Scan(&account)
	return account, done.RowsAffected == 1, done.Error
}

// create writes an account with its environments, first keys and pools, in the caller's transaction. It sets the
// secrets of the keys in r.
func (s store) create(ctx context.Context, r *contract.Registered, pepper keys.Pepper, seed int64) error {
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
	sandboxKey, err := keys.Issue(s.tx, pepper, keys.Spec{AccountID: a.ID, Kind: contract.KindTest, EnvironmentID: &r.Environments[0].ID, Name: "Sandbox key"})
	if err != nil {
		return err
	}
	accountKey, err := keys.Issue(s.tx, pepper, keys.Spec{AccountID: a.ID, Kind: contract.KindAccount, Name: "Account key"})
	if err != nil {
		return err
	}
	r.APIKey, r.AccountKey = sandboxKey.Secret, accountKey.Secret
	if err := ledger.OpenAccount(ctx, s.tx, a.ID, seed); err != nil {
		return err
	}
	return outbox.Add(ctx, s.tx, "auth", outbox.Event(contract.AccountRegistered,
		contract.AccountRegisteredEvent{AccountID: a.ID, CreatedAt: a.CreatedAt}))
}
