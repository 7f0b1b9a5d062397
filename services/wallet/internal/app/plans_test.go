package app_test

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/services/wallet/internal/holds"
	"github.com/mintfax/mintfax/services/wallet/internal/pools"
	"github.com/mintfax/mintfax/shared/contract"
	"github.com/mintfax/mintfax/shared/ids"
	"github.com/mintfax/mintfax/shared/postgres/pgtest"
)

const movements = 200_000

func TestReadingALargeLedgerCostsWhatItReturns(t *testing.T) {
	d := pgtest.New(t)
	large := d.Grow(t, "ledger", movements)
	db := d.Open(t, "wallet")
	plans := pgtest.WatchPlans(t, db)
	readLists(t, plans, pools.New(db), large)
	readStatement(t, plans, pools.New(db), large)
	expirer := holds.NewExpirer(db, nil, time.Hour, prometheus.NewRegistry(), slog.New(slog.DiscardHandler))
	plans.Flat("no holds to expire", expirer.Expire)
}

func readLists(t *testing.T, plans *pgtest.Plans, service *pools.Service, large pgtest.Grown) {
	t.Helper()
	list := func(r contract.ListTransactionsRequest) func(context.Context) error {
		return func(ctx context.Context) error {
			_, err := service.ListTransactions(ctx, r)
			return err
		}
	}
	for _, account := range []string{large.Account, large.SmallAccount, ids.New(ids.Account)} {
		for _, kind := range append(contract.TransactionTypes(), "") {
			for _, pool := range []contract.EnvironmentType{contract.Live, contract.Sandbox, ""} {
				for name, environment := range map[string]string{"": "", ", its environment": large.Live, ", one without any": large.Sandbox, ", of somebody": large.SmallLive} {
					r := contract.ListTransactionsRequest{AccountID: account, Type: kind, BalanceType: pool, EnvironmentID: environment, Page: contract.Page{Limit: 50}}
					plans.Flat("transactions by type "+string(kind)+", pool "+string(pool)+name, list(r))
					r.Page.Cursor = "2s" // after the first hundred
					plans.Flat("transactions by type "+string(kind)+", pool "+string(pool)+name+", the last page", list(r))
				}
			}
		}
	}
	plans.Flat("transactions of a fax", list(contract.ListTransactionsRequest{AccountID: large.Account, FaxID: ids.New(ids.Fax), Page: contract.Page{Limit: 50}}))
	plans.Flat("balances", func(ctx context.Context) error {
		_, err := service.GetBalances(ctx, contract.GetAccountRequest{AccountID: large.Account})
		return err
	})
}

// readStatement holds that a statement reads its month alone.
func readStatement(t *testing.T, plans *pgtest.Plans, service *pools.Service, large pgtest.Grown) {
	t.Helper()
	last := time.Now().AddDate(0, -1, 0).UTC().Format("2006-01")
	var opened contract.Statement
	plans.Linear("a statement is opened", movements/3, func(ctx context.Context) (err error) {
		opened, err = service.OpenStatement(ctx, contract.OpenStatementRequest{AccountID: large.Account, Month: contract.Month(last)})
		return err
	})
	live := opened.Pools[0]
	require.Greater(t, live.Count(), int64(movements/4))
	plans.Flat("a page of a statement", func(ctx context.Context) error {
		_, err := service.ListMovements(ctx, contract.ListMovementsRequest{AccountID: large.Account, BalanceType: contract.Live, Range: live.Range})
		return err
	})
}
