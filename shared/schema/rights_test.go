package schema_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"gorm.io/gorm"

	"github.com/mintfax/mintfax/shared/postgres/pgtest"
	"github.com/mintfax/mintfax/shared/schema"
)

const (
	noRight   = "42501" // insufficient_privilege
	broken    = "23000" // integrity_constraint_violation
	pending   = "acct_pending"
	activated = "acct_activated"
)

func setup(t *testing.T) (*pgtest.Database, *gorm.DB) {
	d := pgtest.New(t)
	admin := d.Admin(t)
	for _, account := range []string{pending, activated} {
		require.NoError(t, admin.Exec(`INSERT INTO auth.accounts (id, name, email) VALUES (?, 'A', ?)`, account, account+"@example.com").Error)
		require.NoError(t, admin.Exec(`SELECT wallet.open_account(?)`, account).Error)
	}
	require.NoError(t, activate(admin, activated))
	return d, admin
}

// activate writes the payment, its credit and activated_at together, as the activation transaction does.
func activate(db *gorm.DB, account string) error {
	return db.Transaction(func(tx *gorm.DB) error {
		for _, statement := range []string{
			`INSERT INTO billing.checkouts (id, account_id, mode, package_id, amount, credits, currency, livemode, stripe_session_id, state) VALUES ('chk_' || @a, @a, 'payment', 'starter', 1000, 1000, 'usd', false, 'cs_' || @a, 'complete')`,
			`INSERT INTO billing.payments (id, account_id, checkout_id, stripe_payment_intent_id, package_id, amount, credits, currency, livemode, status, activates) VALUES ('pay_' || @a, @a, 'chk_' || @a, 'pi_' || @a, 'starter', 1000, 1000, 'usd', false, 'succeeded', true)`,
			`SELECT wallet.purchase('txn_' || @a, 'pay_' || @a, @a, 1000, 1000, 'Starter')`,
			`UPDATE auth.accounts SET activated_at = now() WHERE id = @a`,
		} {
			if err := tx.Exec(statement, map[string]any{"a": account}).Error; err != nil {
				return err
			}
		}
		return nil
	})
}

func TestOnlyBillingMayWriteActivatedAt(t *testing.T) {
	d, _ := setup(t)
	for _, service := range schema.Roles() {
		err := d.Open(t, service).Exec(`UPDATE auth.accounts SET activated_at = now() WHERE id = ?`, pending).Error
		if service == "billing" {
			requireCode(t, broken, err) // it may write the column, but only with the payment and its credit
			continue
		}
		requireCode(t, noRight, err)
	}
	requireCode(t, noRight, d.Open(t, "auth").Exec(`INSERT INTO auth.accounts (id, name, email, activated_at) VALUES ('acct_x', 'A', 'x@example.com', now())`).Error)
}

func TestNoRoleCanChangeActivatedAtOnceSet(t *testing.T) {
	d, admin := setup(t)
	for _, statement := range []string{
		`UPDATE auth.accounts SET activated_at = NULL WHERE id = 'acct_activated'`,
		`UPDATE auth.accounts SET activated_at = now() + interval '1 second' WHERE id = 'acct_activated'`,
	} {
		requireCode(t, broken, admin.Exec(statement).Error)
		requireCode(t, broken, d.Open(t, "billing").Exec(statement).Error)
		requireCode(t, noRight, d.Open(t, "auth").Exec(statement).Error)
	}
	requireCode(t, broken, admin.Exec(`TRUNCATE auth.accounts CASCADE`).Error)
}

func TestActivationPaymentAndCreditAreAllOrNone(t *testing.T) {
	_, admin := setup(t)
	parts := []string{
		`INSERT INTO billing.payments (id, account_id, checkout_id, stripe_payment_intent_id, package_id, amount, credits, currency, livemode, status, activates) VALUES ('pay_p', 'acct_pending', 'chk_p', 'pi_p', 'starter', 1000, 1000, 'usd', false, 'succeeded', true)`,
		`SELECT wallet.purchase('txn_p', 'pay_p', 'acct_pending', 1000, 1000, 'Starter')`,
		`UPDATE auth.accounts SET activated_at = now() WHERE id = 'acct_pending'`,
	}
	require.NoError(t, admin.Exec(`INSERT INTO billing.checkouts (id, account_id, mode, package_id, amount, credits, currency, livemode, stripe_session_id, state) VALUES ('chk_p', 'acct_pending', 'payment', 'starter', 1000, 1000, 'usd', false, 'cs_p', 'open')`).Error)
	for chosen := 1; chosen < 1<<len(parts); chosen++ {
		err := admin.Transaction(func(tx *gorm.DB) error {
			for i, statement := range parts {
				if chosen&(1<<i) == 0 {
					continue
				}
				if err := tx.Exec(statement).Error; err != nil {
					return err
				}
			}
			return nil
		})
		if chosen == 1<<len(parts)-1 {
			require.NoError(t, err, "all three together must commit")
			continue
		}
		requireCode(t, broken, err)
	}
}

func TestTheLedgerIsAppendOnlyAndBalanced(t *testing.T) {
	d, admin := setup(t)
	for _, table := range []string{"wallet.entries", "wallet.transactions"} {
		for _, statement := range []string{`UPDATE ` + table + ` SET account_id = account_id`, `DELETE FROM ` + table} {
			requireCode(t, broken, admin.Exec(statement).Error)
			for _, service := range schema.Roles() {
				requireCode(t, noRight, d.Open(t, service).Exec(statement).Error)
			}
		}
		requireCode(t, broken, admin.Exec(`TRUNCATE `+table+` CASCADE`).Error)
	}
	unbalanced := `INSERT INTO wallet.entries (transaction_id, account_id, balance_type, ledger_account, amount) VALUES ('txn_acct_activated', 'acct_activated', 'live', 'available', 5)`
	requireCode(t, broken, admin.Exec(unbalanced).Error)
	for _, service := range schema.Roles() {
		requireCode(t, noRight, d.Open(t, service).Exec(unbalanced).Error)
		requireCode(t, noRight, d.Open(t, service).Exec(`UPDATE wallet.pools SET available = 1`).Error)
	}
}

func TestEachThresholdIsSetByOneService(t *testing.T) {
	d, _ := setup(t)
	for statement, allowed := range map[string]string{
		`SELECT wallet.set_low_balance('acct_activated', 500)`:                                                      "wallet",
		`SELECT wallet.expire('txn_x', 'fax_none')`:                                                                 "wallet",
		`SELECT count(*) FROM wallet.differences`:                                                                   "wallet",
		`SELECT wallet.set_auto_top_up('acct_activated', 2000)`:                                                     "billing",
		`SELECT wallet.rearm_auto_top_up('acct_activated')`:                                                         "billing",
		`SELECT wallet.tell('balance.low', '{}')`:                                                                   "",
		`INSERT INTO wallet.outbox (message_id, kind, name, body) VALUES ('evt_x', 'event', 'balance.below', '{}')`: "",
		`UPDATE wallet.pools SET low_told = false`:                                                                  "",
	} {
		for _, service := range schema.Roles() {
			err := d.Open(t, service).Exec(statement).Error
			if service == allowed {
				require.NoError(t, err, statement)
				continue
			}
			requireCode(t, noRight, err)
		}
	}
}

func TestPaymentsAreImmutable(t *testing.T) {
	_, admin := setup(t)
	requireCode(t, broken, admin.Exec(`UPDATE billing.payments SET amount = 1`).Error)
	requireCode(t, broken, admin.Exec(`DELETE FROM billing.payments`).Error)
}

func requireCode(t *testing.T, code string, err error) {
	t.Helper()
	require.ErrorContains(t, err, "(SQLSTATE "+code+")")
}
