package topup_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/services/billing/internal/billingtest"
	"github.com/mintfax/mintfax/shared/apierror"
	"github.com/mintfax/mintfax/shared/contract"
)

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
