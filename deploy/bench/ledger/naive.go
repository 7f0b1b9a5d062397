package main

import (
	"context"
	"errors"

	"github.com/mintfax/mintfax/shared/contract"
	"github.com/mintfax/mintfax/shared/ids"
	"github.com/mintfax/mintfax/shared/postgres"
)

// naive writes the same rows of the same tables, with their constraints and triggers, statement by
// statement: it locks the pool, looks at it, and then writes five times, in one transaction.
type naive struct{ db *postgres.DB }

var (
	errInsufficient = errors.New("insufficient balance")
	errNotOpen      = errors.New("the hold is not open")
)

type poolRow struct{ Available, Held int64 }

func (n naive) hold(ctx context.Context, r contract.PlaceHoldRequest) error {
	return n.db.WithContext(ctx).Transaction(func(tx *postgres.DB) error {
		pool, err := lockPool(tx, r.AccountID, string(r.BalanceType))
		if err != nil {
			return err
		}
		if pool.Available < r.Amount {
			return errInsufficient
		}
		pool.Available, pool.Held = pool.Available-r.Amount, pool.Held+r.Amount
		return all(tx, []statement{
			{
				`INSERT INTO wallet.holds (reference, account_id, balance_type, environment_id, amount, state) VALUES (?, ?, ?, ?, ?, 'open')`,
				[]any{r.Reference, r.AccountID, string(r.BalanceType), r.EnvironmentID, r.Amount},
			},
			setPool(r.AccountID, string(r.BalanceType), pool),
		}, movement{
			"hold", r.Reference, r.AccountID, string(r.BalanceType), r.EnvironmentID, -r.Amount, pool, "Fax accepted",
		}, entry{"available", -r.Amount}, entry{"held", r.Amount})
	})
}

func (n naive) capture(ctx context.Context, reference string) error {
	return n.db.WithContext(ctx).Transaction(func(tx *postgres.DB) error {
		var hold struct {
			AccountID, BalanceType, EnvironmentID, State string
			Amount                                       int64
		}
		err := tx.Raw(`SELECT account_id, balance_type, environment_id, state, amount FROM wallet.holds WHERE reference = ? FOR UPDATE`, reference).Scan(&hold).Error
		if err != nil {
			return err
		}
		if hold.State != "open" {
			return errNotOpen
		}
		pool, err := lockPool(tx, hold.AccountID, hold.BalanceType)
		if err != nil {
			return err
		}
		pool.Held -= hold.Amount
		return all(tx, []statement{
			{`UPDATE wallet.holds SET state = 'captured', captured = amount, resolved_at = now() WHERE reference = ?`, []any{reference}},
			setPool(hold.AccountID, hold.BalanceType, pool),
		}, movement{
			"capture", reference, hold.AccountID, hold.BalanceType, hold.EnvironmentID, -hold.Amount, pool, "Fax delivered",
		}, entry{"held", -hold.Amount}, entry{"revenue", hold.Amount})
	})
}

func lockPool(tx *postgres.DB, accountID, balanceType string) (pool poolRow, err error) {
	err = tx.Raw(`SELECT available, held FROM wallet.pools WHERE account_id = ? AND balance_type = ? FOR UPDATE`, accountID, balanceType).Scan(&pool).Error
	return pool, err
}

type statement struct {
	sql  string
	args []any
}

type movement struct {
	kind, reference, accountID, balanceType, environmentID string
	amount                                                 int64
	after                                                  poolRow
	description                                            string
}

type entry struct {
	account string
	amount  int64
}

func setPool(accountID, balanceType string, to poolRow) statement {
	return statement{
		`UPDATE wallet.pools SET available = ?, held = ?, updated_at = now() WHERE account_id = ? AND balance_type = ?`,
		[]any{to.Available, to.Held, accountID, balanceType},
	}
}

// all runs the statements, and then those that write a movement with its entries.
func all(tx *postgres.DB, statements []statement, m movement, entries ...entry) error {
	id := ids.New(ids.Transaction)
	statements = append(statements, statement{
		`INSERT INTO wallet.transactions (id, account_id, balance_type, kind, reference, amount, available_after, held_after, fax_id, environment_id, description)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		[]any{id, m.accountID, m.balanceType, m.kind, m.reference, m.amount, m.after.Available, m.after.Held, m.reference, m.environmentID, m.description},
	})
	for _, e := range entries {
		statements = append(statements, statement{
			`INSERT INTO wallet.entries (transaction_id, account_id, balance_type, ledger_account, amount) VALUES (?, ?, ?, ?, ?)`,
			[]any{id, m.accountID, m.balanceType, e.account, e.amount},
		})
	}
	for _, s := range statements {
		if err := tx.Exec(s.sql, s.args...).Error; err != nil {
			return err
		}
	}
	return nil
}
