package app_test

import (
	"context"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/services/billing/internal/billingtest"
	"github.com/mintfax/mintfax/services/billing/internal/reconcile"
	"github.com/mintfax/mintfax/shared/contract"
	"github.com/mintfax/mintfax/shared/listing"
	"github.com/mintfax/mintfax/shared/postgres/pgtest"
)

func TestQueriesDoNotScanALongHistory(t *testing.T) {
	env := billingtest.New(t)
	large := env.Database.Grow(t, "ledger", 200_000)
	plans := pgtest.WatchPlans(t, env.DB)
	readPayments(t, plans, env, large)
	compareHourly(t, plans, env)
}

func readPayments(t *testing.T, plans *pgtest.Plans, env *billingtest.Env, large pgtest.Grown) {
	t.Helper()
	for _, account := range []string{large.Account, large.SmallAccount} {
		for _, cursor := range []string{"", listing.Cursor{At: time.Now().Add(-60 * 24 * time.Hour), ID: "pay_z"}.String()} {
			plans.Flat("payments", func(ctx context.Context) error {
				_, err := env.Settlement.ListPayments(ctx, contract.ListOwnedRequest{AccountID: account, Page: contract.Page{Limit: 50, Cursor: cursor}})
				return err
			})
		}
	}
	for what, task := range map[string]func(context.Context) (bool, error){
		"refunds and disputes that are due": env.Reversals.Next, "top-ups that are due": env.TopUps.Next, "past monthly caps": env.TopUps.UncapNext, "cards to detach": env.Cards.Next,
	} {
		plans.Flat(what, func(ctx context.Context) error {
			_, err := task(ctx)
			return err
		})
	}
}

// compareHourly holds that the comparison with Stripe reads its window alone.
func compareHourly(t *testing.T, plans *pgtest.Plans, env *billingtest.Env) {
	t.Helper()
	comparer := reconcile.New(reconcile.NewStore(env.DB), env.Stripe.Client(t), func(context.Context) error { return nil })
	var recent int64 // of which the ledger has four rows each, reached by four indexes
	require.NoError(t, env.Admin.Raw(`SELECT count(*) FROM billing.payments WHERE created_at > now() - interval '3 days'`).Scan(&recent).Error)
	require.Less(t, recent, int64(1_000))
	plans.Linear("comparison of three days", 50*recent, reconcile.NewJob(comparer, time.Hour, 72*time.Hour, env.Alarm, prometheus.NewRegistry()).Round)
	plans.Flat("comparison of the last minutes", func(ctx context.Context) error {
		_, err := comparer.Compare(ctx, reconcile.Scope{From: time.Now().Add(-time.Minute), Until: time.Now()})
		return err
	})
}
