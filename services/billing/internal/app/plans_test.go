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
	"github.com/mintfax/mintfax/shared/postgres"
	"github.com/mintfax/mintfax/shared/postgres/pgtest"
)

func TestListsAndSweepsOfBillingCostWhatTheyReturn(t *testing.T) {
	w := billingtest.New(t)
	large := w.Database.Grow(t, "ledger", 200_000)
	plans := pgtest.WatchPlans(t, w.DB)
	for _, account := range []string{large.Account, large.SmallAccount} {
		for _, cursor := range []string{"", postgres.Cursor{At: time.Now().Add(-60 * 24 * time.Hour), ID: "pay_z"}.String()} {
			plans.Flat("payments", func(ctx context.Context) error {
				_, err := w.Settlement.ListPayments(ctx, contract.ListOwnedRequest{AccountID: account, Page: contract.Page{Limit: 50, Cursor: cursor}})
				return err
			})
		}
	}
	for what, chore := range map[string]func(context.Context) (bool, error){
		"refunds and disputes that are due": w.Reversals.Next, "top-ups that are due": w.TopUps.Next, "a new month": w.TopUps.UncapNext, "cards to detach": w.Cards.Next,
	} {
		plans.Flat(what, func(ctx context.Context) error {
			_, err := chore(ctx)
			return err
		})
	}
}

func TestTheHourlyComparisonReadsItsDaysAlone(t *testing.T) {
	w := billingtest.New(t)
	w.Database.Grow(t, "ledger", 200_000)
	plans := pgtest.WatchPlans(t, w.DB)
	comparer := reconcile.New(reconcile.NewStore(w.DB), w.Stripe.Client(t), func(context.Context) error { return nil })
	var recent int64 // of which the ledger has four rows each, reached by four indexes
	require.NoError(t, w.Admin.Raw(`SELECT count(*) FROM billing.payments WHERE created_at > now() - interval '3 days'`).Scan(&recent).Error)
	require.Less(t, recent, int64(1_000))
	plans.Linear("comparison of three days", 50*recent, reconcile.NewJob(comparer, time.Hour, 72*time.Hour, w.Alarm, prometheus.NewRegistry()).Round)
	plans.Flat("comparison of the last minutes", func(ctx context.Context) error {
		_, err := comparer.Compare(ctx, reconcile.Scope{From: time.Now().Add(-time.Minute), Until: time.Now()})
		return err
	})
}
