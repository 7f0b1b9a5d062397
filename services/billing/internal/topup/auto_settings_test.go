package topup_test

import (
	"fmt"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/services/billing/internal/billingtest"
	"github.com/mintfax/mintfax/shared/apierror"
	"github.com/mintfax/mintfax/shared/contract"
)

func TestTheMonthlyCapIsNeverExceeded(t *testing.T) {
	env := billingtest.New(t)
	account, _ := automatic(t, env, 2999)
	for round := range 4 {
		spend(t, env, account, env.LiveBalance(t, account))
		var wg sync.WaitGroup
		for n := range 20 {
			wg.Go(func() { below(t, env, fmt.Sprint("evt_", round, "_", n), account) })
		}
		wg.Wait()
		if env.LiveBalance(t, account) == 0 {
			break
		}
	}
	require.Equal(t, 2, charges(t, env, account), "two of 1,000 cents fit into 2,999")
	require.Empty(t, paused(t, env, account))
	found, err := env.TopUps.UncapNext(t.Context())
	require.NoError(t, err)
	require.False(t, found, "the month has not ended")

	for _, statement := range []string{
		`ALTER TABLE billing.top_ups DISABLE TRIGGER top_ups_keep`,
		`UPDATE billing.top_ups SET created_at = created_at - interval '31 days'`,
		`ALTER TABLE billing.top_ups ENABLE TRIGGER top_ups_keep`,
		`UPDATE billing.auto_top_ups SET capped_month = capped_month - 31`,
		`UPDATE wallet.pools SET below_told = true WHERE account_id = '` + account + `' AND balance_type = 'live'`,
	} {
		require.NoError(t, env.Admin.Exec(statement).Error)
	}
	found, err = env.TopUps.UncapNext(t.Context())
	require.NoError(t, err)
	require.True(t, found)
	require.Equal(t, 1, env.Count(t, `wallet.pools WHERE account_id = ? AND balance_type = 'live' AND NOT below_told`, account))
	below(t, env, "evt_next_month", account)
	require.Equal(t, 3, charges(t, env, account))
}

func TestDisabledAutoTopUpChargesNothing(t *testing.T) {
	env := billingtest.New(t)
	account, _ := automatic(t, env, 10_000)
	off, err := env.TopUps.SetAutoTopUp(t.Context(), contract.SetAutoTopUpRequest{AccountID: account})
	require.NoError(t, err)
	require.Equal(t, contract.AutoTopUp{}, off)
	spend(t, env, account, 900)
	require.Zero(t, deliverBelow(t, env))
	below(t, env, "evt_1", account)
	below(t, env, "evt_2", env.Account(t))
	require.Equal(t, 1, env.Stripe.Charges())
	require.Zero(t, env.Count(t, `billing.top_ups WHERE kind = 'auto'`))
}

func TestInvalidSettingsAreRejected(t *testing.T) {
	env := billingtest.New(t)
	account := env.Account(t)
	env.SaveCard(t, account)
	number := func(n int64) *int64 { return &n }
	for name, r := range map[string]contract.SetAutoTopUpRequest{
		"threshold_amount": {PackageID: "starter", MonthlyCap: number(1000)},
		"zero":             {ThresholdAmount: number(0), PackageID: "starter", MonthlyCap: number(1000)},
		"package_id":       {ThresholdAmount: number(1), PackageID: "gold", MonthlyCap: number(1000)},
		"monthly_cap":      {ThresholdAmount: number(1), PackageID: "starter", MonthlyCap: number(999)},
		"no cap":           {ThresholdAmount: number(1), PackageID: "starter"},
	} {
		r.AccountID, r.Enabled = account, true
		_, err := env.TopUps.SetAutoTopUp(t.Context(), r)
		require.True(t, apierror.Has(err, apierror.ValidationFailed), "%s: %v", name, err)
	}
	require.Zero(t, env.Count(t, `billing.auto_top_ups`))
}
