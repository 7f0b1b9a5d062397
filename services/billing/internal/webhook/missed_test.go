package webhook_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/services/billing/internal/billingtest"
	"github.com/mintfax/mintfax/services/billing/internal/stripe"
	"github.com/mintfax/mintfax/services/billing/internal/webhook"
)

// long ago enough that Stripe has had its chance
func ago(minutes int) time.Time { return time.Now().Add(-time.Duration(minutes) * time.Minute) }

func missed(t *testing.T) (*billingtest.World, *webhook.Receiver, *webhook.Missed) {
	w, r := setup(t)
	require.NoError(t, w.Admin.Exec(`UPDATE billing.event_scan SET scanned_until = now() - interval '1 day'`).Error)
	return w, r, webhook.NewMissed(r, w.Stripe.Client(t), stripe.NewLimiter(w.DB), 20*time.Millisecond)
}

func look(t *testing.T, m *webhook.Missed) {
	t.Helper()
	time.Sleep(25 * time.Millisecond) // the interval
	require.NoError(t, m.Scan(t.Context()))
}

func TestAMissedEventIsActedOnOnce(t *testing.T) {
	w, _, m := missed(t)
	account := w.Account(t)
	session := w.OpenPayment(t, account, "growth")
	w.Stripe.Pay(session)
	w.Stripe.Refund("pi_"+session, "re_1", 4000, "succeeded")
	w.Stripe.Undelivered("evt_1", "checkout.session.completed", "checkout.session", session, ago(30))
	w.Stripe.Undelivered("evt_2", "charge.refunded", "charge", "ch_"+session, ago(20))
	w.Stripe.Undelivered("evt_3", "customer.updated", "customer", "cus_x", ago(15))
	look(t, m)
	require.Equal(t, 1, w.Count(t, `billing.payments`))
	require.Equal(t, 1, w.Count(t, `billing.reversals WHERE effect = 'taken'`))
	require.Equal(t, 2, w.Count(t, `billing.stripe_events`))
	require.Zero(t, w.Log.Alarms())

	before, reads := w.State(t), w.Stripe.Reads()
	require.NoError(t, w.Admin.Exec(`UPDATE billing.event_scan SET scanned_until = now() - interval '1 day'`).Error)
	look(t, m)
	require.Equal(t, before, w.State(t))
	require.Equal(t, 1, w.Stripe.Reads()-reads, "only the list is read")
}

func TestAnEventIsLeftToStripeForAWhile(t *testing.T) {
	w, _, m := missed(t)
	session := w.OpenPayment(t, w.Account(t), "starter")
	w.Stripe.Pay(session)
	w.Stripe.Undelivered("evt_1", "checkout.session.completed", "checkout.session", session, ago(1))
	look(t, m)
	require.Zero(t, w.Count(t, `billing.payments`))
	require.Equal(t, 1, w.Count(t, `billing.event_scan WHERE scanned_until < now() - interval '90 seconds'`), "it is looked for again")
}

func TestOfSeveralProcessesOneLooksInAnInterval(t *testing.T) {
	w, r, _ := missed(t)
	for range 3 {
		require.NoError(t, webhook.NewMissed(r, w.Stripe.Client(t), stripe.NewLimiter(w.DB), time.Hour).Scan(t.Context()))
	}
	require.Equal(t, 1, w.Stripe.Reads())
}

func TestWhatCouldNotBeActedOnIsFoundAgain(t *testing.T) {
	w, _, m := missed(t)
	session := w.OpenPayment(t, w.Account(t), "starter")
	w.Stripe.Pay(session)
	w.Stripe.Undelivered("evt_1", "checkout.session.completed", "checkout.session", session, ago(300))
	require.NoError(t, w.Admin.Exec(`ALTER TABLE billing.payments ADD CONSTRAINT away CHECK (amount < 0)`).Error)
	time.Sleep(25 * time.Millisecond)
	require.Error(t, m.Scan(t.Context()))
	require.NoError(t, w.Admin.Exec(`ALTER TABLE billing.payments DROP CONSTRAINT away`).Error)
	look(t, m)
	require.Equal(t, 1, w.Count(t, `billing.payments`))
}

func TestEveryPageOfMissedEventsIsRead(t *testing.T) {
	w, _, m := missed(t)
	session := w.OpenPayment(t, w.Account(t), "starter")
	w.Stripe.Pay(session)
	w.Stripe.Undelivered("evt_0", "checkout.session.completed", "checkout.session", session, ago(300))
	for n := range 250 {
		id := fmt.Sprintf("evt_known_%d", n)
		w.Stripe.Undelivered(id, "checkout.session.completed", "checkout.session", session, ago(200))
		require.NoError(t, w.Admin.Exec(`INSERT INTO billing.stripe_events (id, type, object_id, livemode) VALUES (?, 'checkout.session.completed', ?, false)`, id, session).Error)
	}
	look(t, m)
	require.Equal(t, 1, w.Count(t, `billing.payments`))
	require.Equal(t, 3+1, w.Stripe.Reads(), "three pages and the session")
}
