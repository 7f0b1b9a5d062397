package pools_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"gorm.io/gorm"

	"github.com/mintfax/mintfax/services/wallet/internal/pools"
	"github.com/mintfax/mintfax/shared/apierror"
	"github.com/mintfax/mintfax/shared/contract"
	"github.com/mintfax/mintfax/shared/ids"
	"github.com/mintfax/mintfax/shared/ledger"
	"github.com/mintfax/mintfax/shared/postgres/pgtest"
)

const account = "acct_1"

func setup(t *testing.T) (*pools.Service, *gorm.DB) {
	d := pgtest.New(t)
	admin := d.Admin(t)
	require.NoError(t, admin.Exec(`INSERT INTO auth.accounts (id, name, email) VALUES ('acct_1', 'A', 'a@example.com'), ('acct_2', 'B', 'b@example.com')`).Error)
	require.NoError(t, ledger.OpenAccount(t.Context(), admin, account, 1000))
	require.NoError(t, ledger.OpenAccount(t.Context(), admin, "acct_2", 1000))
	return pools.New(d.Open(t, "wallet")), admin
}

func hold(t *testing.T, db *gorm.DB, environment string) string {
	t.Helper()
	fax := ids.New(ids.Fax)
	_, err := ledger.Hold(t.Context(), db, contract.PlaceHoldRequest{
		Reference: fax, AccountID: account, EnvironmentID: environment, BalanceType: contract.Sandbox, Amount: 6,
	})
	require.NoError(t, err)
	return fax
}

func TestBalancesListBothPoolsLiveFirst(t *testing.T) {
	s, admin := setup(t)
	hold(t, admin, "env_1")
	balances, err := s.GetBalances(t.Context(), contract.GetAccountRequest{AccountID: account})
	require.NoError(t, err)
	require.Equal(t, []contract.Balance{
		{BalanceType: contract.Live, Currency: "USD"},
		{BalanceType: contract.Sandbox, Available: 994, Held: 6, Currency: "USD"},
	}, balances.Data)
}

func TestPagesListEveryTransactionOnceNewestFirst(t *testing.T) {
	s, admin := setup(t)
	var faxes []string
	for range 7 {
		faxes = append([]string{hold(t, admin, "env_1")}, faxes...)
	}
	var seen []string
	page := contract.Page{Limit: 3}
	for {
		list, err := s.ListTransactions(t.Context(), contract.ListTransactionsRequest{AccountID: account, Type: contract.TransactionHold, Page: page})
		require.NoError(t, err)
		for _, entry := range list.Data {
			require.EqualValues(t, -6, entry.Amount)
			seen = append(seen, *entry.FaxID)
		}
		if list.NextCursor == nil {
			break
		}
		page.Cursor = *list.NextCursor
	}
	require.Equal(t, faxes, seen)
}

func TestTransactionsAreFilteredAndThoseOfOthersAreNotListed(t *testing.T) {
	s, admin := setup(t)
	hold(t, admin, "env_1")
	hold(t, admin, "env_2")
	count := func(r contract.ListTransactionsRequest) int {
		r.Page = contract.Page{Limit: 100}
		list, err := s.ListTransactions(t.Context(), r)
		require.NoError(t, err)
		return len(list.Data)
	}
	require.Equal(t, 3, count(contract.ListTransactionsRequest{AccountID: account}))
	require.Equal(t, 1, count(contract.ListTransactionsRequest{AccountID: account, EnvironmentID: "env_2"}))
	require.Equal(t, 1, count(contract.ListTransactionsRequest{AccountID: account, Type: contract.TransactionSeed}))
	require.Equal(t, 0, count(contract.ListTransactionsRequest{AccountID: account, BalanceType: contract.Live}))
	require.Equal(t, 0, count(contract.ListTransactionsRequest{AccountID: "acct_2", EnvironmentID: "env_1"}))
	_, err := s.ListTransactions(t.Context(), contract.ListTransactionsRequest{AccountID: account, Page: contract.Page{Limit: 1, Cursor: "!"}})
	require.True(t, apierror.Has(err, apierror.ValidationFailed), "%v", err)
}
