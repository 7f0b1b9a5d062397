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

// start runs sweepers, as several processes do, until the test ends.
func startSweepers(t *testing.T, w *billingtest.World, n int) {
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, n)
	for range n {
		go func() {
			done <- settlement.NewSweeper(settlement.NewStore(w.DB), sweepAge, w.Settlement, stripe.NewLimiter(w.DB), interval, w.Logger()).Run(ctx)
		}()
	}
	t.Cleanup(func() {
		cancel()
		for range n {
			require.NoError(t, <-done)
		}
	})
}

func makeOlder(t *testing.T, w *billingtest.World, session, by string) {
	require.NoError(t, w.Admin.Exec(`UPDATE billing.checkouts SET created_at = created_at - ?::interval, expires_at = expires_at - ?::interval WHERE stripe_session_id = ?`, by, by, session).Error)
}

func eventually(t *testing.T, condition func() bool, what string) {
	t.Helper()
	require.Eventually(t, condition, 20*time.Second, 20*time.Millisecond, what)
}

func TestAPaidSessionIsFinishedWithoutAWebhook(t *testing.T) {
	w := billingtest.New(t)
	account := w.Account(t)
	session, setup := w.OpenPayment(t, account, "starter"), w.OpenSetup(t, w.Account(t))
	for _, s := range []string{session, setup} {
		w.Stripe.Pay(s)
		makeOlder(t, w, s, "2 minutes")
	}
	startSweepers(t, w, 2)
	eventually(t, func() bool { return w.Count(t, `billing.checkouts WHERE state = 'complete'`) == 2 }, "both are complete")
	require.EqualValues(t, 1000, w.Live(t, account))
}

func TestSeveralSweepsAskOnceAboutAnOpenSession(t *testing.T) {
	w := billingtest.New(t)
	account := w.Account(t)
	const n = 8
	for range n {
		makeOlder(t, w, w.OpenPayment(t, account, "starter"), "10 hours")
	}
	young := w.OpenPayment(t, account, "starter") // its page may be in use
	startSweepers(t, w, 3)
	eventually(t, func() bool { return w.Count(t, `billing.checkouts WHERE checked_at IS NOT NULL`) == n }, "all are looked at")
	time.Sleep(10 * interval)
	require.Equal(t, n, w.Stripe.Reads())
	require.Equal(t, n, w.Count(t, `billing.checkouts WHERE next_check_at BETWEEN now() + interval '59 minutes' AND now() + interval '61 minutes'`))
	require.Equal(t, 1, w.Count(t, `billing.checkouts WHERE stripe_session_id = ? AND checked_at IS NULL`, young))
}

func TestASessionIsLeftAloneADayAfterItExpired(t *testing.T) {
	w := billingtest.New(t)
	account := w.Account(t)
	old, forgotten := w.OpenPayment(t, account, "starter"), w.OpenPayment(t, account, "starter")
	for _, session := range []string{old, forgotten} { // both mismatch for good
		w.Stripe.Pay(session)
		w.Stripe.Change(session, func(s billingtest.Object) { s["amount_total"] = 1 })
		makeOlder(t, w, session, "50 hours")
	}
	require.NoError(t, w.Admin.Exec(`UPDATE billing.checkouts SET checked_at = now() WHERE stripe_session_id = ?`, old).Error)
	startSweepers(t, w, 1)
	eventually(t, func() bool { return w.Log.Alarms() == 1 }, "the one that nobody looked at is looked at")
	require.NoError(t, w.Admin.Exec(`UPDATE billing.checkouts SET next_check_at = now()`).Error)
	time.Sleep(10 * interval)
	require.Equal(t, 1, w.Stripe.Reads())
}

func TestTheSweepGoesOnWhenStripeIsBack(t *testing.T) {
	w := billingtest.New(t)
	session := w.OpenPayment(t, w.Account(t), "starter")
	w.Stripe.Pay(session)
	makeOlder(t, w, session, "10 hours")
	w.Stripe.Fail(503)
	startSweepers(t, w, 1)
	eventually(t, func() bool { return w.Stripe.Reads() >= 2 }, "it is tried again soon, not after an hour")
	w.Stripe.Fail(0)
	eventually(t, func() bool { return w.Count(t, `billing.checkouts WHERE state = 'complete'`) == 1 }, "it is complete")
}

func TestACheckoutThatWasNeverOpenedExpires(t *testing.T) {
	w := billingtest.New(t)
	account := w.Account(t)
	for id, old := range map[string]string{"chk_old": "61 minutes", "chk_new": "59 minutes"} {
		require.NoError(t, w.Admin.Exec(`INSERT INTO billing.checkouts (id, account_id, mode, livemode, state, created_at) VALUES (?, ?, 'setup', false, 'creating', now() - ?::interval)`, id, account, old).Error)
	}
	startSweepers(t, w, 1)
	eventually(t, func() bool { return w.Count(t, `billing.checkouts WHERE id = 'chk_old' AND state = 'expired'`) == 1 }, "the old one expires")
	require.Equal(t, 1, w.Count(t, `billing.checkouts WHERE id = 'chk_new' AND state = 'creating'`))
}
