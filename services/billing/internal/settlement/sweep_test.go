package settlement_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/services/billing/internal/billingtest"
	"github.com/mintfax/mintfax/services/billing/internal/settlement"
	"github.com/mintfax/mintfax/services/billing/internal/stripe"
)

const (
	interval = 20 * time.Millisecond
	sweepAge = time.Minute
)

// startSweepers runs n sweepers, as several processes do, until the test ends.
func startSweepers(t *testing.T, env *billingtest.Env, n int) {
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, n)
	for range n {
		go func() {
			done <- settlement.NewSweeper(settlement.NewStore(env.DB), sweepAge, env.Settlement, stripe.NewLimiter(env.DB), interval, env.Logger()).Run(ctx)
		}()
	}
	t.Cleanup(func() {
		cancel()
		for range n {
			require.NoError(t, <-done)
		}
	})
}

func makeOlder(t *testing.T, env *billingtest.Env, session, by string) {
	require.NoError(t, env.Admin.Exec(`UPDATE billing.checkouts SET created_at = created_at - ?::interval, expires_at = expires_at - ?::interval WHERE stripe_session_id = ?`, by, by, session).Error)
}

func eventually(t *testing.T, condition func() bool, what string) {
	t.Helper()
	require.Eventually(t, condition, 20*time.Second, 20*time.Millisecond, what)
}

func TestAPaidSessionIsSettledWithoutAWebhook(t *testing.T) {
	env := billingtest.New(t)
	account := env.Account(t)
	session, setup := env.OpenPayment(t, account, "starter"), env.OpenSetup(t, env.Account(t))
	for _, s := range []string{session, setup} {
		env.Stripe.Pay(s)
		makeOlder(t, env, s, "2 minutes")
	}
	startSweepers(t, env, 2)
	eventually(t, func() bool { return env.Count(t, `billing.checkouts WHERE state = 'complete'`) == 2 }, "both are complete")
	require.EqualValues(t, 1000, env.LiveBalance(t, account))
}

func TestConcurrentSweepersCheckASessionOnce(t *testing.T) {
	env := billingtest.New(t)
	account := env.Account(t)
	const n = 8
	for range n {
		makeOlder(t, env, env.OpenPayment(t, account, "starter"), "10 hours")
	}
	young := env.OpenPayment(t, account, "starter") // its page may be in use
	startSweepers(t, env, 3)
	eventually(t, func() bool { return env.Count(t, `billing.checkouts WHERE checked_at IS NOT NULL`) == n }, "all are checked")
	time.Sleep(10 * interval)
	require.Equal(t, n, env.Stripe.Reads())
	require.Equal(t, n, env.Count(t, `billing.checkouts WHERE next_check_at BETWEEN now() + interval '59 minutes' AND now() + interval '61 minutes'`))
	require.Equal(t, 1, env.Count(t, `billing.checkouts WHERE stripe_session_id = ? AND checked_at IS NULL`, young))
}

func TestASessionIsNotCheckedADayAfterItExpired(t *testing.T) {
	env := billingtest.New(t)
	account := env.Account(t)
	old, forgotten := env.OpenPayment(t, account, "starter"), env.OpenPayment(t, account, "starter")
	for _, session := range []string{old, forgotten} { // both contradict Stripe permanently
		env.Stripe.Pay(session)
		env.Stripe.ChangeSession(session, func(s billingtest.Object) { s["amount_total"] = 1 })
		makeOlder(t, env, session, "50 hours")
	}
	require.NoError(t, env.Admin.Exec(`UPDATE billing.checkouts SET checked_at = now() WHERE stripe_session_id = ?`, old).Error)
	startSweepers(t, env, 1)
	eventually(t, func() bool { return env.Log.Alarms() == 1 }, "the unchecked one is checked")
	require.NoError(t, env.Admin.Exec(`UPDATE billing.checkouts SET next_check_at = now()`).Error)
	time.Sleep(10 * interval)
	require.Equal(t, 1, env.Stripe.Reads())
}

func TestTheSweepRecoversFromAStripeOutage(t *testing.T) {
	env := billingtest.New(t)
	session := env.OpenPayment(t, env.Account(t), "starter")
	env.Stripe.Pay(session)
	makeOlder(t, env, session, "10 hours")
	env.Stripe.Fail(503)
	startSweepers(t, env, 1)
	eventually(t, func() bool { return env.Stripe.Reads() >= 2 }, "it is retried soon, not after an hour")
	env.Stripe.Fail(0)
	eventually(t, func() bool { return env.Count(t, `billing.checkouts WHERE state = 'complete'`) == 1 }, "it is complete")
}

func TestAnUnopenedCheckoutExpires(t *testing.T) {
	env := billingtest.New(t)
	account := env.Account(t)
	for id, old := range map[string]string{"chk_old": "61 minutes", "chk_new": "59 minutes"} {
		require.NoError(t, env.Admin.Exec(`INSERT INTO billing.checkouts (id, account_id, mode, livemode, state, created_at) VALUES (?, ?, 'setup', false, 'creating', now() - ?::interval)`, id, account, old).Error)
	}
	startSweepers(t, env, 1)
	eventually(t, func() bool { return env.Count(t, `billing.checkouts WHERE id = 'chk_old' AND state = 'expired'`) == 1 }, "the old one expires")
	require.Equal(t, 1, env.Count(t, `billing.checkouts WHERE id = 'chk_new' AND state = 'creating'`))
}
