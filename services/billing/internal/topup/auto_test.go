package topup_test

import (
	"fmt"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/services/billing/internal/billingtest"
	"github.com/mintfax/mintfax/shared/contract"
	"github.com/mintfax/mintfax/shared/ids"
	"github.com/mintfax/mintfax/shared/ledger"
)

// automatic creates an account with 1,000 credits that is topped up by another 1,000 when fewer than 500 are left, and
// returns it and its card.
func automatic(t *testing.T, env *billingtest.Env, monthlyCap int64) (account, card string) {
	t.Helper()
	account = env.Account(t)
	card = env.SaveCard(t, account)
	_, err := env.TopUp(t, account, "starter", "")
	require.NoError(t, err)
	setAutomatic(t, env, account, monthlyCap)
	return account, card
}

func setAutomatic(t *testing.T, env *billingtest.Env, account string, monthlyCap int64) {
	t.Helper()
	threshold := int64(500)
	set, err := env.TopUps.SetAutoTopUp(t.Context(), contract.SetAutoTopUpRequest{
		AccountID: account, Enabled: true, ThresholdAmount: &threshold, PackageID: "starter", MonthlyCap: &monthlyCap,
	})
	require.NoError(t, err)
	require.True(t, set.Enabled)
	require.Nil(t, set.PausedReason)
}

// spend captures credits of the live pool.
func spend(t *testing.T, env *billingtest.Env, account string, credits int64) {
	t.Helper()
	fax := ids.New(ids.Fax)
	_, err := ledger.Hold(t.Context(), env.Admin, contract.PlaceHoldRequest{
		Reference: fax, AccountID: account, EnvironmentID: "env_1", BalanceType: contract.Live, Amount: credits,
	})
	require.NoError(t, err)
	_, err = ledger.Capture(t.Context(), env.Admin, fax)
	require.NoError(t, err)
}

// deliverBelow delivers wallet's balance.below events once and returns their number.
func deliverBelow(t *testing.T, env *billingtest.Env) int {
	t.Helper()
	var events []string
	require.NoError(t, env.Admin.Raw(`DELETE FROM wallet.outbox WHERE name = 'balance.below' RETURNING message_id || ' ' || (body->>'account_id')`).Scan(&events).Error)
	for _, event := range events {
		var messageID, account string
		_, err := fmt.Sscan(event, &messageID, &account)
		require.NoError(t, err)
		below(t, env, messageID, account)
	}
	return len(events)
}

func below(t *testing.T, env *billingtest.Env, messageID, account string) {
	t.Helper()
	if err := env.TopUps.BalanceBelow(t.Context(), messageID, contract.BalanceBelowEvent{AccountID: account}); err != nil {
		t.Error(err)
	}
}

// paused returns the reason that the owner sees, and asserts that exactly one event announced it.
func paused(t *testing.T, env *billingtest.Env, account string) contract.PauseReason {
	t.Helper()
	seen, err := env.TopUps.GetAutoTopUp(t.Context(), contract.GetAccountRequest{AccountID: account})
	require.NoError(t, err)
	if seen.PausedReason == nil {
		require.Zero(t, env.Count(t, `billing.outbox WHERE name = 'auto_top_up.paused' AND body->>'account_id' = ?`, account))
		return ""
	}
	require.NotNil(t, seen.PausedAt)
	require.Equal(t, 1, env.Count(t, `billing.outbox WHERE name = 'auto_top_up.paused' AND body->>'account_id' = ? AND body->>'reason' = ?`, account, string(*seen.PausedReason)))
	return *seen.PausedReason
}

func charges(t *testing.T, env *billingtest.Env, account string) int {
	t.Helper()
	return env.Count(t, `billing.payments p JOIN billing.top_ups t ON t.id = p.top_up_id WHERE p.account_id = ? AND t.kind = 'auto'`, account)
}

func TestCrossingTheThresholdTopsUpOnce(t *testing.T) {
	env := billingtest.New(t)
	account, _ := automatic(t, env, 10_000)
	spend(t, env, account, 500)
	require.Zero(t, deliverBelow(t, env), "500 are not less than 500")
	spend(t, env, account, 1)
	require.Equal(t, 1, deliverBelow(t, env))
	require.EqualValues(t, 1499, env.LiveBalance(t, account))
	spend(t, env, account, 1000)
	require.Equal(t, 1, deliverBelow(t, env))
	require.EqualValues(t, 1499, env.LiveBalance(t, account))
	require.Equal(t, 2, charges(t, env, account))
	seen, err := env.TopUps.GetAutoTopUp(t.Context(), contract.GetAccountRequest{AccountID: account})
	require.NoError(t, err)
	require.EqualValues(t, 2000, seen.ChargedThisMonth)
}

func TestConcurrentCapturesChargeOnce(t *testing.T) {
	env := billingtest.New(t)
	account, _ := automatic(t, env, 100_000)
	spend(t, env, account, 480)
	var wg sync.WaitGroup
	for n := range 50 {
		wg.Go(func() {
			spend(t, env, account, 10)
			below(t, env, fmt.Sprint("evt_forged_", n), account) // as if every capture had sent an event
		})
	}
	wg.Wait()
	deliverBelow(t, env)
	require.Equal(t, 1, charges(t, env, account))
	require.Equal(t, 2, env.Stripe.Charges(), "the first one was requested")
	require.EqualValues(t, 1020, env.LiveBalance(t, account))
	require.Empty(t, paused(t, env, account))
}

func TestARedeliveredMessageChargesOnce(t *testing.T) {
	for name, finish := range map[string]func(t *testing.T, env *billingtest.Env, account string){
		"the same message": func(t *testing.T, env *billingtest.Env, account string) { below(t, env, "evt_1", account) },
		"the sweep": func(t *testing.T, env *billingtest.Env, _ string) {
			age(t, env, "2 minutes")
			sweep(t, env)
		},
		"the sweep after Stripe has forgotten the key": func(t *testing.T, env *billingtest.Env, _ string) {
			env.Stripe.PruneKeys()
			age(t, env, "25 hours")
			sweep(t, env)
		},
		"the webhook": func(t *testing.T, env *billingtest.Env, _ string) {
			require.NoError(t, env.Settlement.SettleIntent(t.Context(), env.Stripe.LastIntent()))
		},
	} {
		t.Run(name, func(t *testing.T) {
			env := billingtest.New(t)
			account, _ := automatic(t, env, 10_000)
			spend(t, env, account, 501)
			env.Stripe.LoseResponses(true)
			below(t, env, "evt_1", account)
			env.Stripe.LoseResponses(false)
			require.Equal(t, 2, env.Stripe.Charges())
			below(t, env, "evt_2", account) // one is in flight
			finish(t, env, account)
			for range 2 {
				below(t, env, "evt_1", account)
			}
			require.Equal(t, 2, env.Stripe.Charges())
			require.Equal(t, 1, charges(t, env, account))
			require.EqualValues(t, 1499, env.LiveBalance(t, account))
			require.Empty(t, paused(t, env, account))
		})
	}
}

func TestAStaleMessageChargesNothing(t *testing.T) {
	env := billingtest.New(t)
	account, _ := automatic(t, env, 10_000)
	spend(t, env, account, 501)
	_, err := env.TopUp(t, account, "starter", "")
	require.NoError(t, err)
	require.Equal(t, 1, deliverBelow(t, env))
	require.Zero(t, charges(t, env, account))
}
