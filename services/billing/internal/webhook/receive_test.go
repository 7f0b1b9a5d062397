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

func setup(t *testing.T) (*billingtest.World, *webhook.Receiver) {
	w := billingtest.New(t)
	return w, webhook.New(webhook.NewStore(w.DB), []string{"whsec_next", billingtest.Secret}, false, w.Settlement, w.Reversals, w.Alarm, w.Logger())
}

func signed(body string) contract.StripeDelivery { return billingtest.Signed(body) }

func event(id, kind, session string) string {
	return billingtest.Event(id, kind, "checkout.session", session)
}

func TestAnEventThatSaysPaidIsFulfilledWhateverItsVersion(t *testing.T) {
	w, r := setup(t)
	account := w.Account(t)
	for i, kind := range []string{"checkout.session.completed", "checkout.session.async_payment_succeeded"} {
		session := w.OpenPayment(t, account, "starter")
		w.Stripe.Pay(session)
		for range 3 { // Stripe delivers more than once
			_, err := r.Receive(t.Context(), signed(event(fmt.Sprintf("evt_%d", i), kind, session)))
			require.NoError(t, err)
		}
		require.EqualValues(t, 1000*(i+1), w.Live(t, account))
		require.Equal(t, i+1, w.Count(t, `billing.stripe_events`))
	}
	require.Zero(t, w.Log.Alarms())
}

func TestTheEventItselfIsNotBelieved(t *testing.T) {
	w, r := setup(t)
	session := w.OpenPayment(t, w.Account(t), "starter") // open, whatever the event says
	before := w.State(t)
	_, err := r.Receive(t.Context(), signed(event("evt_1", "checkout.session.completed", session)))
	require.NoError(t, err)
	require.Equal(t, before, w.State(t))
}

func intentEvent(id, kind, intent string) string {
	return fmt.Sprintf(`{"id":%q,"object":"event","type":%q,"livemode":false,"created":1,
		"data":{"object":{"id":%q,"object":"payment_intent","status":"succeeded"}}}`, id, kind, intent)
}

func TestEventsAboutAChargeSettleItsTopUpInAnyOrder(t *testing.T) {
	w, r := setup(t)
	account := w.Account(t)
	w.SaveCard(t, account)
	w.Stripe.Stall(true)
	_, err := w.TopUp(t, account, "starter", "")
	require.Error(t, err)
	intent := w.Stripe.LastIntent()
	deliver := func(kind string) {
		for i := range 2 {
			_, err := r.Receive(t.Context(), signed(intentEvent(fmt.Sprintf("evt_%s_%d", kind, i), "payment_intent."+kind, intent)))
			require.NoError(t, err)
		}
	}
	before := w.State(t)
	deliver("succeeded") // the event says so, Stripe does not
	require.Equal(t, before, w.State(t))
	w.Stripe.ChangeIntent(intent, billingtest.Succeed)
	deliver("payment_failed") // of an earlier try
	deliver("succeeded")
	deliver("payment_failed")
	require.EqualValues(t, 1000, w.Live(t, account))
	require.Equal(t, 1, w.Count(t, `billing.payments`))
	require.Zero(t, w.Log.Alarms())
}

func TestChargesThatAreNoTopUpsChangeNothing(t *testing.T) {
	w, r := setup(t)
	account := w.Account(t)
	w.SaveCard(t, account)
	_, err := w.TopUp(t, account, "starter", "")
	require.NoError(t, err)
	intent := w.Stripe.LastIntent()
	for name, c := range map[string]struct {
		metadata billingtest.Object
		intent   string
		alarms   int
	}{
		"of a checkout":           {billingtest.Object{"checkout_id": "chk_1"}, intent, 0},
		"of somebody else":        {billingtest.Object{}, intent, 0},
		"of a top-up not ours":    {billingtest.Object{"top_up_id": "top_0000000000000000000000"}, intent, 1},
		"of rubbish":              {billingtest.Object{"top_up_id": "\x00"}, intent, 1},
		"that Stripe has not got": {billingtest.Object{}, "pi_none", 1},
		"with an id of rubbish":   {billingtest.Object{}, "pi_../customers", 1},
	} {
		t.Run(name, func(t *testing.T) {
			w.Stripe.ChangeIntent(intent, func(i billingtest.Object) { i["metadata"] = c.metadata })
			before, alarms := w.State(t), w.Log.Alarms()
			_, err := r.Receive(t.Context(), signed(intentEvent("evt_"+name, "payment_intent.succeeded", c.intent)))
			require.NoError(t, err)
			require.Equal(t, before, w.State(t))
			require.Equal(t, c.alarms, w.Log.Alarms()-alarms)
		})
	}
}

func TestAnExpiryIsReadFromStripeToo(t *testing.T) {
	w, r := setup(t)
	paid, expired := w.OpenPayment(t, w.Account(t), "starter"), w.OpenPayment(t, w.Account(t), "starter")
	w.Stripe.Pay(paid)
	w.Stripe.Change(expired, func(s billingtest.Object) { s["status"] = "expired" })
	for i, session := range []string{paid, expired} {
		_, err := r.Receive(t.Context(), signed(event(fmt.Sprintf("evt_%d", i), "checkout.session.expired", session)))
		require.NoError(t, err)
	}
	require.Equal(t, 1, w.Count(t, `billing.checkouts WHERE stripe_session_id = ? AND state = 'complete'`, paid))
	require.Equal(t, 1, w.Count(t, `billing.checkouts WHERE stripe_session_id = ? AND state = 'expired'`, expired))
}

func TestWhatIsNotForUsChangesNothing(t *testing.T) {
	w, r := setup(t)
	session := w.OpenPayment(t, w.Account(t), "starter")
	w.Stripe.Pay(session)
	completed := event("evt_1", "checkout.session.completed", session)
	for name, c := range map[string]struct {
		body   string
		alarms int
	}{
		"another type":         {event("evt_1", "charge.succeeded", session), 0},
		"another object":       {strings.Replace(completed, `"object":"checkout.session"`, `"object":"payment_intent"`, 1), 0},
		"the other mode":       {strings.Replace(completed, `"livemode":false`, `"livemode":true`, 1), 1},
		"an unknown session":   {event("evt_2", "checkout.session.completed", "cs_test_unknown"), 1},
		"an object of rubbish": {strings.Replace(completed, session, `\u0000'; DROP`, 1), 1},
	} {
		t.Run(name, func(t *testing.T) {
			before, alarms := w.State(t), w.Log.Alarms()
			_, err := r.Receive(t.Context(), signed(c.body))
			require.NoError(t, err)
			require.Equal(t, before, w.State(t))
			require.Equal(t, c.alarms, w.Log.Alarms()-alarms)
		})
	}
	require.Zero(t, w.Stripe.Reads())
}

func TestWhatStripeDidNotSignIsRefused(t *testing.T) {
	w, r := setup(t)
	session := w.OpenPayment(t, w.Account(t), "starter")
	w.Stripe.Pay(session)
	good := signed(event("evt_1", "checkout.session.completed", session))
	before := w.State(t)
	for name, d := range map[string]contract.StripeDelivery{
		"unsigned":     {Body: good.Body},
		"forged":       {Body: append([]byte(" "), good.Body...), Signature: good.Signature},
		"not JSON":     signed(`paid`),
		"no id":        signed(strings.Replace(string(good.Body), "evt_1", "", 1)),
		"no livemode":  signed(`{"id":"evt_1","type":"checkout.session.completed","data":{"object":{"id":"cs_1","object":"checkout.session"}}}`),
		"endless name": signed(event(strings.Repeat("e", 300), "checkout.session.completed", session)),
	} {
		_, err := r.Receive(t.Context(), d)
		require.True(t, apierror.Has(err, apierror.MalformedRequest), "%s: %v", name, err)
	}
	_, err := r.Receive(t.Context(), signed(`"`+strings.Repeat("x", 256<<10)+`"`))
	require.True(t, apierror.Has(err, apierror.PayloadTooLarge), "%v", err)
	require.Equal(t, before, w.State(t))
	require.Zero(t, w.Stripe.Reads())
}

func TestStripeDeliversAgainWhatCouldNotBeStored(t *testing.T) {
	w, r := setup(t)
	account := w.Account(t)
	session := w.OpenPayment(t, account, "starter")
	w.Stripe.Pay(session)
	d := signed(event("evt_1", "checkout.session.completed", session))

	w.Stripe.Fail(500)
	_, err := r.Receive(t.Context(), d)
	require.True(t, apierror.Has(err, apierror.ServiceUnavailable), "%v", err)
	w.Stripe.Fail(0)

	require.NoError(t, w.Admin.Exec(`ALTER TABLE billing.payments RENAME TO away`).Error)
	_, err = r.Receive(t.Context(), d)
	require.True(t, apierror.Has(err, apierror.ServiceUnavailable), "%v", err)
	require.NoError(t, w.Admin.Exec(`ALTER TABLE billing.away RENAME TO payments`).Error)

	require.Zero(t, w.Count(t, `billing.stripe_events`))
	_, err = r.Receive(t.Context(), d)
	require.NoError(t, err)
	require.EqualValues(t, 1000, w.Live(t, account))
	require.Equal(t, 1, w.Count(t, `billing.stripe_events`))
}
