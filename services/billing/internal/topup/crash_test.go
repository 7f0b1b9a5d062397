package topup_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/services/billing/internal/billingtest"
	"github.com/mintfax/mintfax/shared/apierror"
)

// loseResponse makes a charge whose response is lost, as by a crash, and returns its account.
func loseResponse(t *testing.T, env *billingtest.Env) string {
	t.Helper()
	account := env.Account(t)
	env.SaveCard(t, account)
	env.Stripe.LoseResponses(true)
	_, err := env.TopUp(t, account, "starter", "key")
	require.True(t, apierror.Has(err, apierror.ServiceUnavailable), "%v", err)
	env.Stripe.LoseResponses(false)
	require.Equal(t, 1, env.Stripe.Charges())
	require.Equal(t, 1, env.Count(t, `billing.top_ups WHERE account_id = ? AND state = 'pending'`, account))
	return account
}

func age(t *testing.T, env *billingtest.Env, by string) {
	t.Helper()
	require.NoError(t, env.Admin.Exec(`UPDATE billing.top_ups SET created_at = created_at - ?::interval, next_check_at = now() WHERE state = 'pending'`, by).Error)
}

func sweep(t *testing.T, env *billingtest.Env) {
	t.Helper()
	for {
		found, err := env.TopUps.Next(t.Context())
		require.NoError(t, err)
		if !found {
			return
		}
	}
}

func requireOnePayment(t *testing.T, env *billingtest.Env, account string) {
	t.Helper()
	require.Equal(t, 1, env.Stripe.Charges())
	require.Equal(t, 1, env.Count(t, `billing.payments WHERE account_id = ?`, account))
	require.EqualValues(t, 1000, env.LiveBalance(t, account))
	require.True(t, activated(t, env, account))
	require.Zero(t, env.Log.Alarms())
}

func TestAChargeWithALostResponseIsCreditedOnce(t *testing.T) {
	for name, finish := range map[string]func(t *testing.T, env *billingtest.Env, account string){
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
		"the same request": func(t *testing.T, env *billingtest.Env, account string) {
			_, err := env.TopUp(t, account, "starter", "key")
			require.NoError(t, err)
		},
	} {
		t.Run(name, func(t *testing.T) {
			env := billingtest.New(t)
			account := loseResponse(t, env)
			asked := len(env.Stripe.Posts("top_up:"))
			finish(t, env, account)
			require.Len(t, env.Stripe.Posts("top_up:"), asked, "it is looked up, not repeated")
			requireOnePayment(t, env, account)
		})
	}
}

func TestARecentTopUpIsLeftToItsRequest(t *testing.T) {
	env := billingtest.New(t)
	account := loseResponse(t, env)
	sweep(t, env)
	require.Equal(t, 1, env.Count(t, `billing.top_ups WHERE account_id = ? AND state = 'pending'`, account))
}

// Stripe never received the request, or failed before it did anything.
func TestATopUpThatNeverReachedStripeIsRetriedForADay(t *testing.T) {
	for by, want := range map[string]string{"2 minutes": "succeeded", "25 hours": "declined"} {
		t.Run(by, func(t *testing.T) {
			env := billingtest.New(t)
			account := env.Account(t)
			env.SaveCard(t, account)
			env.Stripe.Fail(http.StatusInternalServerError)
			_, err := env.TopUp(t, account, "starter", "")
			require.True(t, apierror.Has(err, apierror.ServiceUnavailable), "%v", err)
			age(t, env, by)
			_, err = env.TopUps.Next(t.Context())
			require.Error(t, err, "Stripe is still unavailable")
			require.Equal(t, 1, env.Count(t, `billing.top_ups WHERE state = 'pending'`))
			env.Stripe.Fail(0)
			age(t, env, "0")
			sweep(t, env)
			require.Equal(t, 1, env.Count(t, `billing.top_ups WHERE state = ?`, want))
			require.Equal(t, env.Stripe.Charges(), env.Count(t, `billing.payments`))
		})
	}
}

func TestAChargeInProgressStaysPending(t *testing.T) {
	env := billingtest.New(t)
	account := env.Account(t)
	env.SaveCard(t, account)
	env.Stripe.KeepProcessing(true)
	_, err := env.TopUp(t, account, "starter", "key")
	require.True(t, apierror.Has(err, apierror.ServiceUnavailable), "%v", err)
	age(t, env, "2 minutes")
	sweep(t, env)
	require.Equal(t, 1, env.Count(t, `billing.top_ups WHERE state = 'pending'`))
	env.Stripe.ChangeIntent(env.Stripe.LastIntent(), billingtest.Succeed)
	require.NoError(t, env.Settlement.SettleIntent(t.Context(), env.Stripe.LastIntent()))
	requireOnePayment(t, env, account)
}

// The transaction is aborted at each of its statements, after the card was charged.
func TestACrashWhileSettlingATopUpLeavesItPending(t *testing.T) {
	env := billingtest.New(t)
	ways := env.Aborts(t)
	for _, step := range []struct{ table, trigger string }{
		{"billing.payments", "TRIGGER broken AFTER INSERT"},
		{"wallet.entries", "TRIGGER broken AFTER INSERT"},
		{"auth.accounts", "TRIGGER broken AFTER UPDATE"},
		{"billing.outbox", "TRIGGER broken AFTER INSERT"},
		{"billing.top_ups", "TRIGGER broken AFTER UPDATE"},
	} {
		for _, how := range ways {
			t.Run(how+" on "+step.table+" "+step.trigger, func(t *testing.T) {
				account := env.Account(t)
				env.SaveCard(t, account)
				charged := env.Stripe.Charges()
				var err error
				env.Abort(t, step.table, step.trigger, how, func() { _, err = env.TopUp(t, account, "starter", "") })
				require.Error(t, err)
				require.Zero(t, env.Count(t, `billing.payments WHERE account_id = ?`, account))
				require.Zero(t, env.LiveBalance(t, account))
				require.False(t, activated(t, env, account))

				age(t, env, "2 minutes")
				sweep(t, env)
				require.Equal(t, charged+1, env.Stripe.Charges())
				require.Equal(t, 1, env.Count(t, `billing.payments WHERE account_id = ?`, account))
				require.EqualValues(t, 1000, env.LiveBalance(t, account))
				require.True(t, activated(t, env, account))
			})
		}
	}
}
