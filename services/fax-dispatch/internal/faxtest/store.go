package faxtest

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"gorm.io/gorm"

	"github.com/mintfax/mintfax/shared/contract"
	"github.com/mintfax/mintfax/shared/ids"
	"github.com/mintfax/mintfax/shared/ledger"
	"github.com/mintfax/mintfax/shared/postgres"
	"github.com/mintfax/mintfax/shared/postgres/pgtest"
)

// SandboxCredits is what the sandbox pool of a new bench has.
const SandboxCredits = 10_000

// Bench is a database with one account.
type Bench struct {
	Database *pgtest.Database
	DB       *gorm.DB // as fax-dispatch
	Sandbox  contract.Tenant
	Live     contract.Tenant
	admin    *gorm.DB
	wallet   *gorm.DB
}

// New makes a database with an account that is not activated and its two environments.
func New(t *testing.T) *Bench {
	t.Helper()
	d := pgtest.New(t)
	b := &Bench{Database: d, DB: d.Open(t, "fax_dispatch"), admin: d.Admin(t), wallet: d.Open(t, "wallet")}
	b.Sandbox, b.Live = b.Account(t)
	return b
}

// Account makes another account.
func (b *Bench) Account(t *testing.T) (sandbox, live contract.Tenant) {
	t.Helper()
	account := ids.New(ids.Account)
	b.Exec(t, `INSERT INTO auth.accounts (id, name, email) VALUES (?, 'A', ?)`, account, account+"@example.com")
	require.NoError(t, ledger.OpenAccount(t.Context(), b.admin, account, SandboxCredits))
	tenant := func(kind contract.EnvironmentType) contract.Tenant {
		environment := ids.New(ids.Environment)
		b.Exec(t, `INSERT INTO auth.environments (id, account_id, name, type) VALUES (?, ?, 'E', ?)`, environment, account, kind)
		return contract.Tenant{AccountID: account, EnvironmentID: environment, EnvironmentType: kind}
	}
	return tenant(contract.Sandbox), tenant(contract.Live)
}

// Activate activates an account as of some time ago, by a first purchase of the given credits.
func (b *Bench) Activate(t *testing.T, account string, credits int, ago time.Duration) {
	t.Helper()
	names := map[string]any{"a": account, "credits": credits, "ago": ago.Seconds()}
	require.NoError(t, b.admin.Transaction(func(tx *gorm.DB) error {
		for _, statement := range []string{
			`INSERT INTO billing.checkouts (id, account_id, mode, package_id, amount, credits, currency, livemode, stripe_session_id, state)
				VALUES ('chk_' || @a, @a, 'payment', 'p', 1000, @credits, 'usd', false, 'cs_' || @a, 'complete')`,
			`INSERT INTO billing.payments (id, account_id, checkout_id, stripe_payment_intent_id, package_id, amount, credits, currency, livemode, status, activates, created_at)
				VALUES ('pay_' || @a, @a, 'chk_' || @a, 'pi_' || @a, 'p', 1000, @credits, 'usd', false, 'succeeded', true, now() - make_interval(secs => @ago))`,
			`SELECT wallet.purchase('txn_' || @a, 'pay_' || @a, @a, 1000, @credits, 'P')`,
			`UPDATE auth.accounts SET activated_at = now() - make_interval(secs => @ago) WHERE id = @a`,
		} {
			if err := tx.Exec(statement, names).Error; err != nil {
				return err
			}
		}
		return nil
	}))
}

// Hold places a hold in the real ledger, as the wallet service does.
func (b *Bench) Hold(ctx context.Context, r contract.PlaceHoldRequest) (hold contract.Hold, err error) {
	err = postgres.InTx(ctx, b.wallet, func(tx *gorm.DB) error {
		hold, err = ledger.Hold(ctx, tx, r)
		return err
	})
	return hold, err
}

// Void undoes a hold in the real ledger, as the wallet service does.
func (b *Bench) Void(ctx context.Context, r contract.VoidHoldRequest) (contract.None, error) {
	err := postgres.InTx(ctx, b.wallet, func(tx *gorm.DB) error {
		_, err := ledger.Void(ctx, tx, r)
		return err
	})
	return contract.None{}, err
}

// Exec runs a statement as the administrator.
func (b *Bench) Exec(t require.TestingT, statement string, args ...any) {
	require.NoError(t, b.admin.Exec(statement, args...).Error)
}

// Scan reads into to as the administrator.
func (b *Bench) Scan(t require.TestingT, to any, query string, args ...any) {
	require.NoError(t, b.admin.Raw(query, args...).Scan(to).Error)
}

// Count is the number of rows of a table with a condition.
func (b *Bench) Count(t require.TestingT, table, condition string, args ...any) int {
	var count int
	b.Scan(t, &count, fmt.Sprintf(`SELECT count(*) FROM %s WHERE %s`, table, condition), args...)
	return count
}

// Held is what the account's sandbox pool holds.
func (b *Bench) Held(t require.TestingT) int {
	var held int
	b.Scan(t, &held, `SELECT held FROM wallet.pools WHERE account_id = ? AND balance_type = 'sandbox'`, b.Sandbox.AccountID)
	return held
}

// Events are the names of the events about a fax that wait in the outbox, in order.
func (b *Bench) Events(t require.TestingT, faxID string) []string {
	var names []string
	b.Scan(t, &names, `SELECT name FROM fax.outbox WHERE kind = 'event' AND body->>'fax_id' = ? ORDER BY id`, faxID)
	return names
}

// Work takes what work for the dispatcher waits in the outbox, the oldest first.
func (b *Bench) Work(t require.TestingT) []contract.DispatchFaxWork {
	var work []contract.DispatchFaxWork
	b.Scan(t, &work, `WITH taken AS (DELETE FROM fax.outbox WHERE kind = 'work' RETURNING id, body)
		SELECT body->>'fax_id' AS fax_id, (body->>'attempt_number')::int AS attempt_number FROM taken ORDER BY id`)
	return work
}
