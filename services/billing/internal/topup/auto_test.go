package topup_test

import (
	"fmt"
	"net/http"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/services/billing/internal/billingtest"
	"github.com/mintfax/mintfax/shared/apierror"
	"github.com/mintfax/mintfax/shared/contract"
	"github.com/mintfax/mintfax/shared/ids"
	"github.com/mintfax/mintfax/shared/ledger"
)

// automatic is an account with 1,000 credits that is topped up by another 1,000 when less than 500 are left,
// and its card.
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

// hear delivers what wallet has told, once.
func deliverBelow(t *testing.T, env *billingtest.Env) int {
	t.Helper()
	var told []string
	require.NoError(t, env.Admin.Raw(`DELETE FROM wallet.outbox WHERE name = 'balance.below' RETURNING message_id || ' ' || (body->>'account_id')`).Scan(&told).Error)
	for _, one := range told {
		var messageID, account string
		_, err := fmt.Sscan(one, &messageID, &account)
		require.NoError(t, err)
		below(t, env, messageID, account)
	}
	return len(told)
}

func below(t *testing.T, env *billingtest.Env, messageID, account string) {
	t.Helper()
	if err := env.TopUps.BalanceBelow(t.Context(), messageID, contract.BalanceBelowEvent{AccountID: account}); err != nil {
		t.Error(err)
	}
}

// paused is the reason that the owner sees, and that was to be told once.
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
			below(t, env, fmt.Sprint("evt_forged_", n), account) // as if each had been told
		})
	}
	wg.Wait()
	deliverBelow(t, env)
	require.Equal(t, 1, charges(t, env, account))
	require.Equal(t, 2, env.Stripe.Charges(), "the first one was made by hand")
	require.EqualValues(t, 1020, env.LiveBalance(t, account))
	require.Empty(t, paused(t, env, account))
}

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

func TestADeclinePausesUntilEnabledAgain(t *testing.T) {
	for code, want := range map[string]contract.PauseReason{
		"insufficient_funds": contract.PausedDeclined, "authentication_required": contract.PausedAuthentication,
	} {
		t.Run(code, func(t *testing.T) {
			env := billingtest.New(t)
			account, card := automatic(t, env, 10_000)
			env.Stripe.Decline(card, code)
			spend(t, env, account, 501)
			require.Equal(t, 1, deliverBelow(t, env))
			require.Equal(t, want, paused(t, env, account))
			below(t, env, "evt_later", account)
			require.Len(t, env.Stripe.Posts("top_up:"), 2, "no more is tried")

			env.Stripe.Decline(card, "")
			setAutomatic(t, env, account, 10_000)
			require.Equal(t, 1, deliverBelow(t, env), "it is below already")
			require.EqualValues(t, 1499, env.LiveBalance(t, account))
			require.Equal(t, 1, charges(t, env, account))
		})
	}
}

func TestRemovingTheCardPauses(t *testing.T) {
	env := billingtest.New(t)
	account, _ := automatic(t, env, 10_000)
	_, err := env.Cards.Remove(t.Context(), contract.GetAccountRequest{AccountID: account})
	require.NoError(t, err)
	require.Equal(t, contract.PausedNoCard, paused(t, env, account))
	spend(t, env, account, 501)
	deliverBelow(t, env)
	require.Zero(t, charges(t, env, account))

	threshold := int64(500)
	_, err = env.TopUps.SetAutoTopUp(t.Context(), contract.SetAutoTopUpRequest{AccountID: account, Enabled: true, ThresholdAmount: &threshold, PackageID: "starter", MonthlyCap: &threshold})
	require.True(t, apierror.Has(err, apierror.ValidationFailed), "%v", err)
}

func TestThreeUnansweredChargesPauseAndAreOnlyLookedUp(t *testing.T) {
	env := billingtest.New(t)
	account, _ := automatic(t, env, 10_000)
	spend(t, env, account, 501)
	env.Stripe.Fail(http.StatusServiceUnavailable)
	require.Equal(t, 1, deliverBelow(t, env))
	for range 2 {
		require.Empty(t, paused(t, env, account))
		age(t, env, "2 minutes")
		_, err := env.TopUps.Next(t.Context())
		require.Error(t, err)
	}
	require.Equal(t, contract.PausedFailing, paused(t, env, account))
	env.Stripe.Fail(0)
	asked := len(env.Stripe.Posts("top_up:"))
	age(t, env, "2 minutes")
	sweep(t, env)
	require.Len(t, env.Stripe.Posts("top_up:"), asked, "it is looked for, not charged")
	require.Zero(t, charges(t, env, account))

	setAutomatic(t, env, account, 10_000)
	deliverBelow(t, env) // one is in flight
	age(t, env, "2 minutes")
	sweep(t, env)
	require.Equal(t, 1, charges(t, env, account))
	require.EqualValues(t, 1499, env.LiveBalance(t, account))
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
