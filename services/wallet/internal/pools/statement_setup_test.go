package pools_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"gorm.io/gorm"

	"github.com/mintfax/mintfax/services/wallet/internal/pools"
	"github.com/mintfax/mintfax/shared/contract"
	"github.com/mintfax/mintfax/shared/ids"
	"github.com/mintfax/mintfax/shared/ledger"
	"github.com/mintfax/mintfax/shared/postgres/pgtest"
)

const other = "acct_2"

type statementFixture struct {
	*pools.Service
	db    *pgtest.Database
	admin *gorm.DB
}

// newStatementFixture has two accounts with empty pools.
func newStatementFixture(t *testing.T) statementFixture {
	t.Helper()
	d := pgtest.New(t)
	admin := d.Admin(t)
	require.NoError(t, admin.Exec(`INSERT INTO auth.accounts (id, name, email) VALUES ('acct_1', 'A', 'a@example.com'), ('acct_2', 'B', 'b@example.com')`).Error)
	require.NoError(t, ledger.OpenAccount(t.Context(), admin, account, 0))
	require.NoError(t, ledger.OpenAccount(t.Context(), admin, other, 0))
	return statementFixture{Service: pools.New(d.Open(t, "wallet")), db: d, admin: admin}
}

// adjust writes a movement with a time in the past, as the ledger's operations would have.
func (w statementFixture) adjust(t *testing.T, accountID string, pool contract.EnvironmentType, available int64, at, description string) string {
	t.Helper()
	id := ids.New(ids.Transaction)
	require.NoError(t, w.admin.Transaction(func(tx *gorm.DB) error {
		for _, statement := range []string{
			`UPDATE wallet.pools SET available = available + cast(@change AS bigint) WHERE account_id = @account AND balance_type = @pool`,
			`INSERT INTO wallet.transactions (id, account_id, balance_type, kind, reference, amount, available_after, held_after, description, created_at)
				SELECT @id, account_id, balance_type, 'adjustment', @id, cast(@change AS bigint), available, held, @description, cast(@at AS timestamptz)
				FROM wallet.pools WHERE account_id = @account AND balance_type = @pool`,
			`INSERT INTO wallet.entries (transaction_id, account_id, balance_type, ledger_account, amount)
				VALUES (@id, @account, @pool, 'available', cast(@change AS bigint)), (@id, @account, @pool, 'promotion', 0 - cast(@change AS bigint))`,
		} {
			if err := tx.Exec(statement, map[string]any{
				"id": id, "account": accountID, "pool": string(pool), "change": available, "at": at, "description": description,
			}).Error; err != nil {
				return err
			}
		}
		return nil
	}))
	return id
}

func (w statementFixture) hold(t *testing.T, tx *gorm.DB, amount int64) string {
	t.Helper()
	fax := ids.New(ids.Fax)
	_, err := ledger.Hold(t.Context(), tx, contract.PlaceHoldRequest{
		Reference: fax, AccountID: account, EnvironmentID: "env_1", BalanceType: contract.Sandbox, Amount: amount,
	})
	require.NoError(t, err)
	return fax
}

func (w statementFixture) open(t *testing.T, month contract.Month) contract.Statement {
	t.Helper()
	opened, err := w.OpenStatement(t.Context(), contract.OpenStatementRequest{AccountID: account, Month: month})
	require.NoError(t, err)
	require.Len(t, opened.Pools, 2)
	require.Equal(t, contract.Live, opened.Pools[0].BalanceType)
	require.Equal(t, contract.Sandbox, opened.Pools[1].BalanceType)
	return opened
}

// read returns all movements of a pool, and requires that they add up.
func (w statementFixture) read(t *testing.T, pool contract.StatementPool) []contract.Movement {
	t.Helper()
	var all []contract.Movement
	balance := pool.Opening
	summed := map[contract.TransactionType]contract.MovementsTotal{}
	for rest := &pool.Range; rest != nil; {
		page, err := w.ListMovements(t.Context(), contract.ListMovementsRequest{AccountID: account, BalanceType: pool.BalanceType, Range: *rest})
		require.NoError(t, err)
		for _, m := range page.Data {
			balance = balance.Plus(m.Change)
			require.Equal(t, balance, m.After, "%+v", m)
			require.Equal(t, m.After.Available+m.After.Held, m.After.Balance)
			total := summed[m.Type]
			summed[m.Type] = contract.MovementsTotal{Type: m.Type, Count: total.Count + 1, Change: total.Change.Plus(m.Change)}
		}
		all = append(all, page.Data...)
		rest = page.Rest
	}
	require.Equal(t, pool.Closing, balance)
	require.EqualValues(t, pool.Count(), len(all))
	for _, total := range pool.Totals {
		require.Equal(t, summed[total.Type], total)
		delete(summed, total.Type)
	}
	require.Empty(t, summed)
	return all
}

func thisMonth() contract.Month { return contract.Month(time.Now().UTC().Format("2006-01")) }
