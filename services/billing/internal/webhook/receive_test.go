package webhook_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/services/billing/internal/billingtest"
	"github.com/mintfax/mintfax/services/billing/internal/webhook"
	"github.com/mintfax/mintfax/shared/apierror"
	"github.com/mintfax/mintfax/shared/contract"
)

func setup(t *testing.T) (*billingtest.Env, *webhook.Receiver) {
	env := billingtest.New(t)
	return env, webhook.New(webhook.NewStore(env.DB), []string{"whsec_next", billingtest.Secret}, false, env.Settlement, env.Reversals, env.Alarm, env.Logger())
}

func signed(body string) contract.StripeDelivery { return billingtest.Signed(body) }

func event(id, kind, session string) string {
	return billingtest.Event(id, kind, "checkout.session", session)
}

func TestACompletedSessionEventSettlesItsCheckoutInAnyAPIVersion(t *testing.T) {
	env, r := setup(t)
	account := env.Account(t)
	for i, kind := range []string{"checkout.session.completed", "checkout.session.async_payment_succeeded"} {
		session := env.OpenPayment(t, account, "starter")
		env.Stripe.Pay(session)
		for range 3 { // Stripe delivers more than once
			_, err := r.Receive(t.Context(), signed(event(fmt.Sprintf("evt_%d", i), kind, session)))
			require.NoError(t, err)
		}
		require.EqualValues(t, 1000*(i+1), env.LiveBalance(t, account))
		require.Equal(t, i+1, env.Count(t, `billing.stripe_events`))
	}
	require.Zero(t, env.Log.Alarms())
}

func TestTheContentOfAnEventIsNotTrusted(t *testing.T) {
	env, r := setup(t)
	session := env.OpenPayment(t, env.Account(t), "starter") // open, contrary to the event
	before := env.State(t)
	_, err := r.Receive(t.Context(), signed(event("evt_1", "checkout.session.completed", session)))
	require.NoError(t, err)
	require.Equal(t, before, env.State(t))
}

func intentEvent(id, kind, intent string) string {
	return fmt.Sprintf(`{"id":%q,"object":"event","type":%q,"livemode":false,"created":1,
		"data":{"object":{"id":%q,"object":"payment_intent","status":"succeeded"}}}`, id, kind, intent)
}

func TestChargeEventsSettleTheirTopUpInAnyOrder(t *testing.T) {
	env, r := setup(t)
	account := env.Account(t)
	env.SaveCard(t, account)
	env.Stripe.KeepProcessing(true)
	_, err := env.TopUp(t, account, "starter", "")
	require.Error(t, err)
	intent := env.Stripe.LastIntent()
	deliver := func(kind string) {
		for i := range 2 {
			_, err := r.Receive(t.Context(), signed(intentEvent(fmt.Sprintf("evt_%s_%d", kind, i), "payment_intent."+kind, intent)))
			require.NoError(t, err)
		}
	}
	before := env.State(t)
	deliver("succeeded") // the event says so, Stripe does not
	require.Equal(t, before, env.State(t))
	env.Stripe.ChangeIntent(intent, billingtest.Succeed)
	deliver("payment_failed") // of an earlier try
	deliver("succeeded")
	deliver("payment_failed")
	require.EqualValues(t, 1000, env.LiveBalance(t, account))
	require.Equal(t, 1, env.Count(t, `billing.payments`))
	require.Zero(t, env.Log.Alarms())
}

func TestChargesWithoutATopUpChangeNothing(t *testing.T) {
	env, r := setup(t)
	account := env.Account(t)
	env.SaveCard(t, account)
	_, err := env.TopUp(t, account, "starter", "")
	require.NoError(t, err)
	intent := env.Stripe.LastIntent()
	for name, c := range map[string]struct {
		metadata billingtest.Object
		intent   string
		alarms   int
	}{
		"of a checkout":              {billingtest.Object{"checkout_id": "chk_1"}, intent, 0},
		"without metadata":           {billingtest.Object{}, intent, 0},
		"of a top-up not ours":       {billingtest.Object{"top_up_id": "top_0000000000000000000000"}, intent, 1},
		"with a malformed top-up id": {billingtest.Object{"top_up_id": "\x00"}, intent, 1},
		"unknown to Stripe":          {billingtest.Object{}, "pi_none", 1},
		"with a malformed intent id": {billingtest.Object{}, "pi_../customers", 1},
	} {
		t.Run(name, func(t *testing.T) {
			env.Stripe.ChangeIntent(intent, func(i billingtest.Object) { i["metadata"] = c.metadata })
			before, alarms := env.State(t), env.Log.Alarms()
			_, err := r.Receive(t.Context(), signed(intentEvent("evt_"+name, "payment_intent.succeeded", c.intent)))
			require.NoError(t, err)
			require.Equal(t, before, env.State(t))
			require.Equal(t, c.alarms, env.Log.Alarms()-alarms)
		})
	}
}

func TestAnExpiredEventIsVerifiedAtStripe(t *testing.T) {
	env, r := setup(t)
	paid, expired := env.OpenPayment(t, env.Account(t), "starter"), env.OpenPayment(t, env.Account(t), "starter")
	env.Stripe.Pay(paid)
	env.Stripe.ChangeSession(expired, func(s billingtest.Object) { s["status"] = "expired" })
	for i, session := range []string{paid, expired} {
		_, err := r.Receive(t.Context(), signed(event(fmt.Sprintf("evt_%d", i), "checkout.session.expired", session)))
		require.NoError(t, err)
	}
	require.Equal(t, 1, env.Count(t, `billing.checkouts WHERE stripe_session_id = ? AND state = 'complete'`, paid))
	require.Equal(t, 1, env.Count(t, `billing.checkouts WHERE stripe_session_id = ? AND state = 'expired'`, expired))
}

func TestForeignEventsChangeNothing(t *testing.T) {
	env, r := setup(t)
	session := env.OpenPayment(t, env.Account(t), "starter")
	env.Stripe.Pay(session)
	completed := event("evt_1", "checkout.session.completed", session)
	for name, c := range map[string]struct {
		body   string
		alarms int
	}{
		"another type":          {event("evt_1", "charge.succeeded", session), 0},
		"another object":        {strings.Replace(completed, `"object":"checkout.session"`, `"object":"payment_intent"`, 1), 0},
		"the other mode":        {strings.Replace(completed, `"livemode":false`, `"livemode":true`, 1), 1},
		"an unknown session":    {event("evt_2", "checkout.session.completed", "cs_test_unknown"), 1},
		"a malformed object id": {strings.Replace(completed, session, `\u0000'; DROP`, 1), 1},
	} {
		t.Run(name, func(t *testing.T) {
			before, alarms := env.State(t), env.Log.Alarms()
			_, err := r.Receive(t.Context(), signed(c.body))
			require.NoError(t, err)
			require.Equal(t, before, env.State(t))
			require.Equal(t, c.alarms, env.Log.Alarms()-alarms)
		})
	}
	require.Zero(t, env.Stripe.Reads())
}

func TestUnsignedAndMalformedEventsAreRejected(t *testing.T) {
	env, r := setup(t)
	session := env.OpenPayment(t, env.Account(t), "starter")
	env.Stripe.Pay(session)
	good := signed(event("evt_1", "checkout.session.completed", session))
	before := env.State(t)
	for name, d := range map[string]contract.StripeDelivery{
		"unsigned":     {Body: good.Body},
		"forged":       {Body: append([]byte(" "), good.Body...), Signature: good.Signature},
		"not JSON":     signed(`paid`),
		"no id":        signed(strings.Replace(string(good.Body), "evt_1", "", 1)),
		"no livemode":  signed(`{"id":"evt_1","type":"checkout.session.completed","data":{"object":{"id":"cs_1","object":"checkout.session"}}}`),
		"oversized id": signed(event(strings.Repeat("e", 300), "checkout.session.completed", session)),
	} {
		_, err := r.Receive(t.Context(), d)
		require.True(t, apierror.Has(err, apierror.MalformedRequest), "%s: %v", name, err)
	}
	_, err := r.Receive(t.Context(), signed(`"`+strings.Repeat("x", 256<<10)+`"`))
	require.True(t, apierror.Has(err, apierror.PayloadTooLarge), "%v", err)
	require.Equal(t, before, env.State(t))
	require.Zero(t, env.Stripe.Reads())
}

func TestAnEventThatCannotBeHandledIsRedelivered(t *testing.T) {
	env, r := setup(t)
	account := env.Account(t)
	session := env.OpenPayment(t, account, "starter")
	env.Stripe.Pay(session)
	d := signed(event("evt_1", "checkout.session.completed", session))

	env.Stripe.Fail(500)
	_, err := r.Receive(t.Context(), d)
	require.True(t, apierror.Has(err, apierror.ServiceUnavailable), "%v", err)
	env.Stripe.Fail(0)

	require.NoError(t, env.Admin.Exec(`ALTER TABLE billing.payments RENAME TO away`).Error)
	_, err = r.Receive(t.Context(), d)
	require.True(t, apierror.Has(err, apierror.ServiceUnavailable), "%v", err)
	require.NoError(t, env.Admin.Exec(`ALTER TABLE billing.away RENAME TO payments`).Error)

	require.Zero(t, env.Count(t, `billing.stripe_events`))
	_, err = r.Receive(t.Context(), d)
	require.NoError(t, err)
	require.EqualValues(t, 1000, env.LiveBalance(t, account))
	require.Equal(t, 1, env.Count(t, `billing.stripe_events`))
}
