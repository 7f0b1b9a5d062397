package pools_test

import (
	"bytes"
	"context"
	"log/slog"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"
	"github.com/stretchr/testify/require"
	"gorm.io/gorm"

	"github.com/mintfax/mintfax/services/wallet/internal/pools"
	"github.com/mintfax/mintfax/shared/contract"
	"github.com/mintfax/mintfax/shared/ledger"
	"github.com/mintfax/mintfax/shared/postgres/pgtest"
)

type fixture struct {
	admin, wallet *gorm.DB
}

// newFixture makes an account with transactions of several kinds, and another that must never be reported.
func newFixture(t *testing.T) fixture {
	d := pgtest.New(t)
	w := fixture{admin: d.Admin(t), wallet: d.Open(t, "wallet")}
	for _, id := range []string{account, "acct_2"} {
		require.NoError(t, w.admin.Exec(`INSERT INTO auth.accounts (id, name, email) VALUES (?, 'A', ?)`, id, id+"@example.com").Error)
		require.NoError(t, ledger.OpenAccount(t.Context(), w.admin, id, 100))
		for fax, resolve := range map[string]func(context.Context, *gorm.DB, string) (ledger.Pool, error){
			"fax_open": nil, "fax_captured": ledger.Capture, "fax_released": ledger.Release,
		} {
			_, err := ledger.Hold(t.Context(), w.wallet, contract.PlaceHoldRequest{
				Reference: id + fax, AccountID: id, EnvironmentID: "env_1", BalanceType: contract.Sandbox, Amount: 10,
			})
			require.NoError(t, err)
			if resolve != nil {
				_, err = resolve(t.Context(), w.wallet, id+fax)
				require.NoError(t, err)
			}
		}
	}
	return w
}

// corrupt bypasses the triggers of the ledger, as only a superuser can.
func (w fixture) corrupt(t *testing.T, statement string) {
	t.Helper()
	require.NoError(t, w.admin.Transaction(func(tx *gorm.DB) error {
		if err := tx.Exec(`SET LOCAL session_replication_role = replica`).Error; err != nil {
			return err
		}
		return tx.Exec(statement).Error
	}))
}

func (w fixture) differences(t *testing.T) []pools.Difference {
	t.Helper()
	found, err := pools.Differences(t.Context(), w.wallet)
	require.NoError(t, err)
	return found
}

func TestEachKindOfDifferenceIsFound(t *testing.T) {
	w := newFixture(t)
	require.Empty(t, w.differences(t))
	difference := func(pool contract.EnvironmentType, what, transaction string, kept, proven int64) pools.Difference {
		return pools.Difference{AccountID: account, BalanceType: pool, What: what, TransactionID: transaction, Kept: kept, Proven: proven}
	}
	for _, c := range []struct {
		corruption, undo string
		found            []pools.Difference
	}{
		{
			`INSERT INTO wallet.holds (reference, account_id, balance_type, environment_id, amount, state, resolved_at) VALUES ('x', 'acct_1', 'none', 'env_1', 0, 'voided', now())`,
			`DELETE FROM wallet.holds WHERE reference = 'x'`,
			[]pools.Difference{difference("none", "no pool", "", 0, 0)},
		},
		{
			`UPDATE wallet.pools SET available = available + 5 WHERE account_id = 'acct_1' AND balance_type = 'sandbox'`,
			`UPDATE wallet.pools SET available = available - 5 WHERE account_id = 'acct_1' AND balance_type = 'sandbox'`,
			[]pools.Difference{difference(contract.Sandbox, "available", "", 85, 80)},
		},
		{
			`UPDATE wallet.pools SET held = held - 1 WHERE account_id = 'acct_1' AND balance_type = 'sandbox'`,
			`UPDATE wallet.pools SET held = held + 1 WHERE account_id = 'acct_1' AND balance_type = 'sandbox'`,
			[]pools.Difference{
				difference(contract.Sandbox, "held", "", 9, 10), difference(contract.Sandbox, "open holds", "", 9, 10),
			},
		},
		{
			`UPDATE wallet.pools SET owed = 3 WHERE account_id = 'acct_1' AND balance_type = 'live'`,
			`UPDATE wallet.pools SET owed = 0 WHERE account_id = 'acct_1' AND balance_type = 'live'`,
			[]pools.Difference{difference(contract.Live, "owed", "", 3, 0)},
		},
		{
			`INSERT INTO wallet.holds (reference, account_id, balance_type, environment_id, amount, state) VALUES ('fax_x', 'acct_1', 'live', 'env_1', 4, 'open')`,
			`DELETE FROM wallet.holds WHERE reference = 'fax_x'`,
			[]pools.Difference{difference(contract.Live, "open holds", "", 0, 4)},
		},
		{
			`INSERT INTO wallet.entries (transaction_id, account_id, balance_type, ledger_account, amount)
				SELECT id, account_id, balance_type, 'revenue', -2 FROM wallet.transactions WHERE account_id = 'acct_1' AND kind = 'seed'`,
			`DELETE FROM wallet.entries WHERE account_id = 'acct_1' AND ledger_account = 'revenue' AND amount = -2`,
			[]pools.Difference{difference(contract.Sandbox, "transaction", w.seed(t), -2, 0)},
		},
		{
			`INSERT INTO wallet.transactions (id, account_id, balance_type, kind, reference, amount, available_after, held_after, description)
				VALUES ('txn_empty', 'acct_1', 'live', 'adjustment', 'x', 0, 0, 0, '')`,
			`DELETE FROM wallet.transactions WHERE id = 'txn_empty'`,
			[]pools.Difference{difference(contract.Live, "transaction without entries", "txn_empty", 0, 0)},
		},
		{
			`INSERT INTO wallet.entries (transaction_id, account_id, balance_type, ledger_account, amount)
				VALUES ('txn_none', 'acct_1', 'live', 'revenue', 7), ('txn_none', 'acct_1', 'live', 'promotion', -7)`,
			`DELETE FROM wallet.entries WHERE transaction_id = 'txn_none'`,
			[]pools.Difference{difference(contract.Live, "entries without transaction", "txn_none", 0, 0)},
		},
	} {
		w.corrupt(t, c.corruption)
		require.Equal(t, c.found, w.differences(t), c.corruption)
		w.corrupt(t, c.undo)
		require.Empty(t, w.differences(t), c.undo)
	}
}

func (w fixture) seed(t *testing.T) string {
	t.Helper()
	var ids []string
	require.NoError(t, w.admin.Raw(`SELECT id FROM wallet.transactions WHERE account_id = ? AND kind = 'seed'`, account).Scan(&ids).Error)
	require.Len(t, ids, 1)
	return ids[0]
}

func TestDifferencesAreInTheMetricsAndTheLog(t *testing.T) {
	w := newFixture(t)
	registry, log := prometheus.NewRegistry(), &bytes.Buffer{}
	reconciler := pools.NewReconciler(w.wallet, registry, slog.New(slog.NewTextHandler(log, nil)))
	shown := func(name string) float64 {
		families, err := registry.Gather()
		require.NoError(t, err)
		for _, family := range families {
			if family.GetName() == name {
				return family.GetMetric()[0].GetGauge().GetValue()
			}
		}
		t.Fatalf("no metric %s", name)
		return 0
	}
	problems, err := testutil.GatherAndLint(registry)
	require.NoError(t, err)
	require.Empty(t, problems)
	require.Zero(t, shown("mintfax_ledger_proof_timestamp_seconds"))
	w.corrupt(t, `UPDATE wallet.pools SET available = available + 5 WHERE account_id = 'acct_1' AND balance_type = 'sandbox'`)
	require.NoError(t, reconciler.Reconcile(t.Context()))
	require.InDelta(t, 1, shown("mintfax_ledger_differences"), 0)
	require.InDelta(t, time.Now().Unix(), shown("mintfax_ledger_proof_timestamp_seconds"), 60)
	require.Contains(t, log.String(), "account=acct_1 pool=sandbox what=available")
	require.Contains(t, log.String(), "kept=85 proven=80")
	w.corrupt(t, `UPDATE wallet.pools SET available = available - 5 WHERE account_id = 'acct_1' AND balance_type = 'sandbox'`)
	require.NoError(t, reconciler.Reconcile(t.Context()))
	require.Zero(t, shown("mintfax_ledger_differences"))
}

func TestAFailedReconciliationKeepsTheMetrics(t *testing.T) {
	w := newFixture(t)
	registry := prometheus.NewRegistry()
	reconciler := pools.NewReconciler(w.wallet, registry, slog.New(slog.DiscardHandler))
	w.corrupt(t, `UPDATE wallet.pools SET owed = 3 WHERE account_id = 'acct_1' AND balance_type = 'live'`)
	require.NoError(t, reconciler.Reconcile(t.Context()))
	before, err := registry.Gather()
	require.NoError(t, err)
	require.NoError(t, w.admin.Exec(`DROP VIEW wallet.differences`).Error)
	require.Error(t, reconciler.Reconcile(t.Context()))
	after, err := registry.Gather()
	require.NoError(t, err)
	require.Equal(t, before, after)
}
