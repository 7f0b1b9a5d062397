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

func ago(minutes int) time.Time { return time.Now().Add(-time.Duration(minutes) * time.Minute) }

func missed(t *testing.T) (*billingtest.Env, *webhook.Receiver, *webhook.Missed) {
	env, r := setup(t)
	require.NoError(t, env.Admin.Exec(`UPDATE billing.event_scan SET scanned_until = now() - interval '1 day'`).Error)
	return env, r, webhook.NewMissed(r, env.Stripe.Client(t), stripe.NewLimiter(env.DB), 20*time.Millisecond)
}

func scan(t *testing.T, m *webhook.Missed) {
	t.Helper()
	time.Sleep(25 * time.Millisecond) // the interval
	require.NoError(t, m.Scan(t.Context()))
}

func TestAMissedEventIsHandledOnce(t *testing.T) {
	env, _, m := missed(t)
	account := env.Account(t)
	session := env.OpenPayment(t, account, "growth")
	env.Stripe.Pay(session)
	env.Stripe.Refund("pi_"+session, "re_1", 4000, "succeeded")
	env.Stripe.AddUndelivered("evt_1", "checkout.session.completed", "checkout.session", session, ago(30))
	env.Stripe.AddUndelivered("evt_2", "charge.refunded", "charge", "ch_"+session, ago(20))
	env.Stripe.AddUndelivered("evt_3", "customer.updated", "customer", "cus_x", ago(15))
	scan(t, m)
	require.Equal(t, 1, env.Count(t, `billing.payments`))
	require.Equal(t, 1, env.Count(t, `billing.reversals WHERE effect = 'taken'`))
	require.Equal(t, 2, env.Count(t, `billing.stripe_events`))
	require.Zero(t, env.Log.Alarms())

	before, reads := env.State(t), env.Stripe.Reads()
	require.NoError(t, env.Admin.Exec(`UPDATE billing.event_scan SET scanned_until = now() - interval '1 day'`).Error)
	scan(t, m)
	require.Equal(t, before, env.State(t))
	require.Equal(t, 1, env.Stripe.Reads()-reads, "only the list is read")
}

func TestARecentEventIsLeftToStripesDelivery(t *testing.T) {
	env, _, m := missed(t)
	session := env.OpenPayment(t, env.Account(t), "starter")
	env.Stripe.Pay(session)
	env.Stripe.AddUndelivered("evt_1", "checkout.session.completed", "checkout.session", session, ago(1))
	scan(t, m)
	require.Zero(t, env.Count(t, `billing.payments`))
	require.Equal(t, 1, env.Count(t, `billing.event_scan WHERE scanned_until < now() - interval '90 seconds'`), "it is looked for again")
}

func TestOneProcessScansPerInterval(t *testing.T) {
	env, r, _ := missed(t)
	for range 3 {
		require.NoError(t, webhook.NewMissed(r, env.Stripe.Client(t), stripe.NewLimiter(env.DB), time.Hour).Scan(t.Context()))
	}
	require.Equal(t, 1, env.Stripe.Reads())
}

func TestAFailedEventIsRetriedByTheNextScan(t *testing.T) {
	env, _, m := missed(t)
	session := env.OpenPayment(t, env.Account(t), "starter")
	env.Stripe.Pay(session)
	env.Stripe.AddUndelivered("evt_1", "checkout.session.completed", "checkout.session", session, ago(300))
	require.NoError(t, env.Admin.Exec(`ALTER TABLE billing.payments ADD CONSTRAINT away CHECK (amount < 0)`).Error)
	time.Sleep(25 * time.Millisecond)
	require.Error(t, m.Scan(t.Context()))
	require.NoError(t, env.Admin.Exec(`ALTER TABLE billing.payments DROP CONSTRAINT away`).Error)
	scan(t, m)
	require.Equal(t, 1, env.Count(t, `billing.payments`))
}

func TestEveryPageOfMissedEventsIsRead(t *testing.T) {
	env, _, m := missed(t)
	session := env.OpenPayment(t, env.Account(t), "starter")
	env.Stripe.Pay(session)
	env.Stripe.AddUndelivered("evt_0", "checkout.session.completed", "checkout.session", session, ago(300))
	for n := range 250 {
		id := fmt.Sprintf("evt_known_%d", n)
		env.Stripe.AddUndelivered(id, "checkout.session.completed", "checkout.session", session, ago(200))
		require.NoError(t, env.Admin.Exec(`INSERT INTO billing.stripe_events (id, type, object_id, livemode) VALUES (?, 'checkout.session.completed', ?, false)`, id, session).Error)
	}
	scan(t, m)
	require.Equal(t, 1, env.Count(t, `billing.payments`))
	require.Equal(t, 3+1, env.Stripe.Reads(), "three pages and the session")
}
