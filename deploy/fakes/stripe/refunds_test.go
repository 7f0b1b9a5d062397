package stripe_test

import (
	"encoding/json"
	"net/http"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/stripe/stripe-go/v76"

	"github.com/mintfax/mintfax/deploy/fakes/stripe/control"
)

func TestSeveralRefundsAddUpUntilNothingIsLeft(t *testing.T) {
	e := start(t)
	charge := e.charge(t, "4242424242424242") // of 2000
	refund, err := e.stripe.Refunds.New(&stripe.RefundParams{
		Charge: &charge.ID, Amount: stripe.Int64(300), Reason: stripe.String("requested_by_customer"),
		Metadata: map[string]string{"refund_id": "rf_1"},
	})
	require.NoError(t, err)
	require.Equal(t, stripe.RefundStatusSucceeded, refund.Status)
	require.EqualValues(t, 300, refund.Amount)
	require.Equal(t, charge.ID, refund.Charge.ID)
	require.Equal(t, charge.PaymentIntent.ID, refund.PaymentIntent.ID)
	require.Equal(t, "rf_1", refund.Metadata["refund_id"])
	require.EqualValues(t, 300, e.chargeNow(t, charge.ID).AmountRefunded)

	_, err = e.stripe.Refunds.New(&stripe.RefundParams{PaymentIntent: &charge.PaymentIntent.ID, Amount: stripe.Int64(700)})
	require.NoError(t, err)
	_, err = e.stripe.Refunds.New(&stripe.RefundParams{Charge: &charge.ID, Amount: stripe.Int64(1001)})
	requireStripeError(t, err, http.StatusBadRequest, "")
	now := e.chargeNow(t, charge.ID)
	require.EqualValues(t, 1000, now.AmountRefunded)
	require.False(t, now.Refunded)

	rest, err := e.stripe.Refunds.New(&stripe.RefundParams{Charge: &charge.ID})
	require.NoError(t, err)
	require.EqualValues(t, 1000, rest.Amount)
	require.True(t, e.chargeNow(t, charge.ID).Refunded)
	_, err = e.stripe.Refunds.New(&stripe.RefundParams{Charge: &charge.ID})
	requireStripeError(t, err, http.StatusBadRequest, stripe.ErrorCodeChargeAlreadyRefunded)

	told := map[int64]bool{}
	for _, event := range e.hook.await(t, "charge.refunded", 3) {
		about := objectOf[stripe.Charge](t, event)
		require.Equal(t, charge.ID, about.ID)
		require.NotContains(t, event.Data.Object, "refunds", "the list is not part of a charge unless it is asked for")
		told[about.AmountRefunded] = about.Refunded
	}
	require.Equal(t, map[int64]bool{300: false, 1000: false, 2000: true}, told)
	created := map[string]int64{}
	for _, event := range e.hook.await(t, "refund.created", 3) {
		about := objectOf[stripe.Refund](t, event)
		created[about.ID] = about.Amount
	}
	require.EqualValues(t, 300, created[refund.ID])
	require.EqualValues(t, 1000, created[rest.ID])
	require.EqualValues(t, 2000, e.charges(t)[0].Refunded)
}

func TestRefundsAreFoundByChargeAndTime(t *testing.T) {
	e := start(t)
	charge := e.charge(t, "4242424242424242")
	other, err := e.control.Refund(t.Context(), control.Refund{Charge: e.charge(t, "4242424242424242").ID, Amount: 1})
	require.NoError(t, err)
	var made []string
	for range 3 {
		id, err := e.control.Refund(t.Context(), control.Refund{Charge: charge.ID, Amount: 10})
		require.NoError(t, err)
		made = append([]string{id}, made...)
	}
	list := func(params *stripe.RefundListParams) []string {
		var ids []string
		all := e.stripe.Refunds.List(params)
		for all.Next() {
			ids = append(ids, all.Refund().ID)
		}
		require.NoError(t, all.Err())
		return ids
	}
	page := &stripe.RefundListParams{Charge: &charge.ID}
	page.Limit = stripe.Int64(2)
	require.Equal(t, made, list(page), "newest first, in two pages")
	require.Equal(t, made, list(&stripe.RefundListParams{PaymentIntent: &charge.PaymentIntent.ID}))
	require.Equal(t, append(append([]string{}, made...), other), list(&stripe.RefundListParams{}))
	got, err := e.stripe.Refunds.Get(made[0], nil)
	require.NoError(t, err)
	at := got.Created
	require.Empty(t, list(&stripe.RefundListParams{CreatedRange: &stripe.RangeQueryParams{GreaterThan: at}}))
	require.Len(t, list(&stripe.RefundListParams{CreatedRange: &stripe.RangeQueryParams{GreaterThanOrEqual: at - 60, LesserThanOrEqual: at}}), 4)
	_, err = e.stripe.Refunds.Get("re_unknown", nil)
	requireStripeError(t, err, http.StatusNotFound, stripe.ErrorCodeResourceMissing)
}

func TestARefundThatFailsLaterGivesTheChargeItsMoneyBack(t *testing.T) {
	e := start(t)
	charge := e.charge(t, "4242424242424242")
	id, err := e.control.Refund(t.Context(), control.Refund{Charge: charge.ID})
	require.NoError(t, err)
	require.True(t, e.chargeNow(t, charge.ID).Refunded)
	require.NoError(t, e.control.FailRefund(t.Context(), id))

	refund, err := e.stripe.Refunds.Get(id, nil)
	require.NoError(t, err)
	require.Equal(t, stripe.RefundStatusFailed, refund.Status)
	require.Equal(t, stripe.RefundFailureReasonUnknown, refund.FailureReason)
	require.NotEmpty(t, refund.FailureBalanceTransaction.ID)
	now := e.chargeNow(t, charge.ID)
	require.False(t, now.Refunded)
	require.Zero(t, now.AmountRefunded)
	for _, kind := range []string{"charge.refund.updated", "refund.updated"} {
		event := e.hook.await(t, kind, 1)[0]
		require.Equal(t, stripe.RefundStatusFailed, objectOf[stripe.Refund](t, event).Status)
		require.Equal(t, "succeeded", event.Data.PreviousAttributes["status"])
	}
	require.Error(t, e.control.FailRefund(t.Context(), id), "it fails once")
	_, err = e.control.Refund(t.Context(), control.Refund{Charge: charge.ID})
	require.NoError(t, err, "and can be made again")
}

func TestARefundMayBePending(t *testing.T) {
	for _, status := range []stripe.RefundStatus{stripe.RefundStatusSucceeded, stripe.RefundStatusFailed, stripe.RefundStatusCanceled} {
		t.Run(string(status), func(t *testing.T) {
			e := start(t)
			charge := e.charge(t, "4000000000007726")
			refund, err := e.stripe.Refunds.New(&stripe.RefundParams{Charge: &charge.ID, Amount: stripe.Int64(500)})
			require.NoError(t, err)
			require.Equal(t, stripe.RefundStatusPending, refund.Status)
			require.EqualValues(t, 500, e.chargeNow(t, charge.ID).AmountRefunded)
			require.NoError(t, e.control.SettleRefund(t.Context(), refund.ID, control.Settlement{Status: string(status)}))
			require.Equal(t, status, objectOf[stripe.Refund](t, e.hook.await(t, "refund.updated", 1)[0]).Status)
			kept := map[bool]int64{true: 500, false: 0}[status == stripe.RefundStatusSucceeded]
			require.Equal(t, kept, e.chargeNow(t, charge.ID).AmountRefunded)
		})
	}
}

func TestWhatCannotBeRefundedSaysWhy(t *testing.T) {
	e := start(t)
	charge := e.charge(t, "4242424242424242")
	customer, card := e.savedCard(t, "4000000000000341")
	_, err := e.stripe.PaymentIntents.New(offSession(customer, card))
	var refused *stripe.Error
	require.ErrorAs(t, err, &refused)
	for name, c := range map[string]struct {
		params *stripe.RefundParams
		code   stripe.ErrorCode
	}{
		"nothing named":      {&stripe.RefundParams{}, stripe.ErrorCodeParameterMissing},
		"both named":         {&stripe.RefundParams{Charge: &charge.ID, PaymentIntent: &charge.PaymentIntent.ID}, stripe.ErrorCodeParameterMissing},
		"an unknown charge":  {&stripe.RefundParams{Charge: stripe.String("ch_1")}, stripe.ErrorCodeResourceMissing},
		"an unknown intent":  {&stripe.RefundParams{PaymentIntent: stripe.String("pi_1")}, stripe.ErrorCodeResourceMissing},
		"nothing":            {&stripe.RefundParams{Charge: &charge.ID, Amount: stripe.Int64(0)}, stripe.ErrorCodeParameterInvalidInteger},
		"less than nothing":  {&stripe.RefundParams{Charge: &charge.ID, Amount: stripe.Int64(-1)}, stripe.ErrorCodeParameterInvalidInteger},
		"an unknown reason":  {&stripe.RefundParams{Charge: &charge.ID, Reason: stripe.String("regret")}, ""},
		"a declined charge":  {&stripe.RefundParams{Charge: &refused.ChargeID}, ""},
		"an unpaid intent":   {&stripe.RefundParams{PaymentIntent: &refused.PaymentIntent.ID}, ""},
		"more than was paid": {&stripe.RefundParams{Charge: &charge.ID, Amount: stripe.Int64(2001)}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := e.stripe.Refunds.New(c.params)
			requireStripeError(t, err, http.StatusBadRequest, c.code)
		})
	}
	_, err = e.control.Refund(t.Context(), control.Refund{Charge: "ch_1"})
	require.Error(t, err)
	_, err = e.control.Refund(t.Context(), control.Refund{Charge: charge.ID, Amount: -1})
	require.Error(t, err)
	require.Error(t, e.control.FailRefund(t.Context(), "re_1"))
	require.Zero(t, e.chargeNow(t, charge.ID).AmountRefunded)
}

func TestARestartKeepsRefunds(t *testing.T) {
	file := filepath.Join(t.TempDir(), "state.json")
	api, address, stop := open(t, file, "")
	session, err := control.New(address).NewSession(t.Context(), control.NewSession{Amount: 900, Currency: "usd", Card: "4242424242424242"})
	require.NoError(t, err)
	paid, err := api.CheckoutSessions.Get(session, nil)
	require.NoError(t, err)
	refund, err := api.Refunds.New(&stripe.RefundParams{PaymentIntent: &paid.PaymentIntent.ID, Amount: stripe.Int64(400)})
	require.NoError(t, err)
	stop()
	api, _, stop = open(t, file, "")
	defer stop()
	again, err := api.Refunds.Get(refund.ID, nil)
	require.NoError(t, err)
	require.EqualValues(t, 400, again.Amount)
	_, err = api.Refunds.New(&stripe.RefundParams{PaymentIntent: &paid.PaymentIntent.ID, Amount: stripe.Int64(501)})
	requireStripeError(t, err, http.StatusBadRequest, "")
}

// charge pays 2000 at a Checkout.
func (e *emulated) charge(t *testing.T, card string) *stripe.Charge {
	opened := e.payment(t)
	status, _, page := e.pay(t, opened.URL, card)
	require.Equal(t, http.StatusSeeOther, status, page)
	return e.chargeNow(t, e.session(t, opened.ID).PaymentIntent.LatestCharge.ID)
}

func (e *emulated) chargeNow(t *testing.T, id string) *stripe.Charge {
	charge, err := e.stripe.Charges.Get(id, nil)
	require.NoError(t, err)
	return charge
}

// objectOf decodes what an event is about.
func objectOf[T any](t *testing.T, event stripe.Event) T {
	t.Helper()
	var object T
	require.NoError(t, json.Unmarshal(event.Data.Raw, &object))
	return object
}
