package topup_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/services/billing/internal/billingtest"
	"github.com/mintfax/mintfax/shared/apierror"
)

// lose makes a charge whose answer never arrives, as a crash after it would, and returns its account.
func lose(t *testing.T, w *billingtest.World) string {
	t.Helper()
	account := w.Account(t)
	w.SaveCard(t, account)
	w.Stripe.Lose(true)
	_, err := w.TopUp(t, account, "starter", "key")
	require.True(t, apierror.Has(err, apierror.ServiceUnavailable), "%v", err)
	w.Stripe.Lose(false)
	require.Equal(t, 1, w.Stripe.Charged())
	require.Equal(t, 1, w.Count(t, `billing.top_ups WHERE account_id = ? AND state = 'pending'`, account))
	return account
}

func age(t *testing.T, w *billingtest.World, by string) {
	t.Helper()
	require.NoError(t, w.Admin.Exec(`UPDATE billing.top_ups SET created_at = created_at - ?::interval, next_check_at = now() WHERE state = 'pending'`, by).Error)
}

func sweep(t *testing.T, w *billingtest.World) {
	t.Helper()
	for {
		found, err := w.TopUps.Next(t.Context())
		require.NoError(t, err)
		if !found {
			return
		}
	}
}

func requireOnePayment(t *testing.T, w *billingtest.World, account string) {
	t.Helper()
	require.Equal(t, 1, w.Stripe.Charged())
	require.Equal(t, 1, w.Count(t, `billing.payments WHERE account_id = ?`, account))
	require.EqualValues(t, 1000, w.Live(t, account))
	require.True(t, activated(t, w, account))
	require.Zero(t, w.Log.Alarms())
}

func TestAChargeWhoseAnswerWasLostIsCreditedOnceWhoeverComesFirst(t *testing.T) {
	for name, finish := range map[string]func(t *testing.T, w *billingtest.World, account string){
		"the sweep": func(t *testing.T, w *billingtest.World, _ string) {
			age(t, w, "2 minutes")
			sweep(t, w)
		},
		"the sweep after Stripe has forgotten the key": func(t *testing.T, w *billingtest.World, _ string) {
			w.Stripe.ForgetKeys()
			age(t, w, "25 hours")
			sweep(t, w)
		},
		"the webhook": func(t *testing.T, w *billingtest.World, _ string) {
			require.NoError(t, w.Settlement.SettleIntent(t.Context(), w.Stripe.LastIntent()))
		},
		"the same request": func(t *testing.T, w *billingtest.World, account string) {
			_, err := w.TopUp(t, account, "starter", "key")
			require.NoError(t, err)
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := billingtest.New(t)
			account := lose(t, w)
			asked := len(w.Stripe.Posts("top_up:"))
			finish(t, w, account)
			require.Len(t, w.Stripe.Posts("top_up:"), asked, "it is looked for, not repeated")
			requireOnePayment(t, w, account)
		})
	}
}

func TestAYoungTopUpIsLeftToTheRequestThatMadeIt(t *testing.T) {
	w := billingtest.New(t)
	account := lose(t, w)
	sweep(t, w)
	require.Equal(t, 1, w.Count(t, `billing.top_ups WHERE account_id = ? AND state = 'pending'`, account))
}

// Stripe never got the request, or failed before it did anything.
func TestATopUpThatNeverReachedStripeIsAskedForAgainForADayAndThenGivenUp(t *testing.T) {
	for by, want := range map[string]string{"2 minutes": "succeeded", "25 hours": "declined"} {
		t.Run(by, func(t *testing.T) {
			w := billingtest.New(t)
			account := w.Account(t)
			w.SaveCard(t, account)
			w.Stripe.Fail(http.StatusInternalServerError)
			_, err := w.TopUp(t, account, "starter", "")
			require.True(t, apierror.Has(err, apierror.ServiceUnavailable), "%v", err)
			age(t, w, by)
			_, err = w.TopUps.Next(t.Context())
			require.Error(t, err, "Stripe is still away")
			require.Equal(t, 1, w.Count(t, `billing.top_ups WHERE state = 'pending'`))
			w.Stripe.Fail(0)
			age(t, w, "0")
			sweep(t, w)
			require.Equal(t, 1, w.Count(t, `billing.top_ups WHERE state = ?`, want))
			require.Equal(t, w.Stripe.Charged(), w.Count(t, `billing.payments`))
		})
	}
}

func TestAChargeThatIsStillGoingOnIsWaitedFor(t *testing.T) {
	w := billingtest.New(t)
	account := w.Account(t)
	w.SaveCard(t, account)
	w.Stripe.Stall(true)
	_, err := w.TopUp(t, account, "starter", "key")
	require.True(t, apierror.Has(err, apierror.ServiceUnavailable), "%v", err)
	age(t, w, "2 minutes")
	sweep(t, w)
	require.Equal(t, 1, w.Count(t, `billing.top_ups WHERE state = 'pending'`))
	w.Stripe.ChangeIntent(w.Stripe.LastIntent(), billingtest.Succeed)
	require.NoError(t, w.Settlement.SettleIntent(t.Context(), w.Stripe.LastIntent()))
	requireOnePayment(t, w, account)
}

// The transaction is broken off at each of its statements in turn, after the card was charged.
func TestACrashAtAnyStepOfSettlingATopUpLeavesItPendingAndTheSweepFinishesIt(t *testing.T) {
	w := billingtest.New(t)
	for name, body := range map[string]string{
		"fail": `RAISE EXCEPTION 'broken off'`,
		"die":  `PERFORM pg_terminate_backend(pg_backend_pid()); PERFORM pg_sleep(5)`,
	} {
		require.NoError(t, w.Admin.Exec(`CREATE FUNCTION public.`+name+`() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
			BEGIN `+body+`; RETURN NULL; END $$`).Error)
	}
	for _, step := range []struct{ table, trigger string }{
		{"billing.payments", "TRIGGER broken AFTER INSERT"},
		{"wallet.entries", "TRIGGER broken AFTER INSERT"},
		{"auth.accounts", "TRIGGER broken AFTER UPDATE"},
		{"billing.outbox", "TRIGGER broken AFTER INSERT"},
		{"billing.top_ups", "TRIGGER broken AFTER UPDATE"},
	} {
		for _, how := range []string{"fail", "die"} {
			t.Run(how+" on "+step.table+" "+step.trigger, func(t *testing.T) {
				account := w.Account(t)
				w.SaveCard(t, account)
				charged := w.Stripe.Charged()
				require.NoError(t, w.Admin.Exec(`CREATE `+step.trigger+` ON `+step.table+` FOR EACH ROW EXECUTE FUNCTION public.`+how+`()`).Error)
				_, err := w.TopUp(t, account, "starter", "")
				require.NoError(t, w.Admin.Exec(`DROP TRIGGER broken ON `+step.table).Error)
				require.Error(t, err)
				require.Zero(t, w.Count(t, `billing.payments WHERE account_id = ?`, account))
				require.Zero(t, w.Live(t, account))
				require.False(t, activated(t, w, account))

				age(t, w, "2 minutes")
				sweep(t, w)
				require.Equal(t, charged+1, w.Stripe.Charged())
				require.Equal(t, 1, w.Count(t, `billing.payments WHERE account_id = ?`, account))
				require.EqualValues(t, 1000, w.Live(t, account))
				require.True(t, activated(t, w, account))
			})
		}
	}
}
