package stripe_test

import (
	"net/http"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/stripe/stripe-go/v76"

	"github.com/mintfax/mintfax/deploy/fakes/stripe/control"
)

func TestADisputeTakesTheMoneyAndItsEndDecides(t *testing.T) {
	for name, won := range map[string]bool{"won": true, "lost": false} {
		t.Run(name, func(t *testing.T) {
			e := start(t)
			charge := e.charge(t, "4242424242424242")
			id, err := e.control.OpenDispute(t.Context(), control.Dispute{Charge: charge.ID})
			require.NoError(t, err)
			opened := objectOf[stripe.Dispute](t, e.hook.await(t, "charge.dispute.created", 1)[0])
			require.Equal(t, stripe.DisputeStatusNeedsResponse, opened.Status)
			require.Equal(t, stripe.DisputeReasonFraudulent, opened.Reason)
			require.EqualValues(t, 2000, opened.Amount)
			require.Equal(t, charge.ID, opened.Charge.ID)
			require.Equal(t, charge.PaymentIntent.ID, opened.PaymentIntent.ID)
			require.False(t, opened.IsChargeRefundable)
			require.NotZero(t, opened.EvidenceDetails.DueBy)
			withdrawn := objectOf[stripe.Dispute](t, e.hook.await(t, "charge.dispute.funds_withdrawn", 1)[0])
			require.Equal(t, id, withdrawn.ID)
			require.Len(t, withdrawn.BalanceTransactions, 1)
			require.EqualValues(t, -2000, withdrawn.BalanceTransactions[0].Amount)
			require.EqualValues(t, -3500, withdrawn.BalanceTransactions[0].Net, "with the fee")
			now := e.chargeNow(t, charge.ID)
			require.True(t, now.Disputed)
			require.Zero(t, now.AmountRefunded, "a dispute is no refund")

			require.NoError(t, e.control.CloseDispute(t.Context(), id, won))
			closed := objectOf[stripe.Dispute](t, e.hook.await(t, "charge.dispute.closed", 1)[0])
			require.Equal(t, name, string(closed.Status))
			require.Error(t, e.control.CloseDispute(t.Context(), id, !won), "it is closed once")
			require.Equal(t, won, len(e.kinds(t, "charge.dispute.funds_reinstated")) == 1)
			var net int64
			for _, movement := range closed.BalanceTransactions {
				net += movement.Net
			}
			require.Equal(t, map[bool]int64{true: -1500, false: -3500}[won], net)
		})
	}
}

func TestADisputedChargeIsNotRefundedUnlessTheDisputeIsWon(t *testing.T) {
	e := start(t)
	for _, won := range []bool{true, false} {
		charge := e.charge(t, "4242424242424242")
		id, err := e.control.OpenDispute(t.Context(), control.Dispute{Charge: charge.ID, Amount: 700})
		require.NoError(t, err)
		refund := func() error {
			_, err := e.stripe.Refunds.New(&stripe.RefundParams{Charge: &charge.ID, Amount: stripe.Int64(100)})
			return err
		}
		requireStripeError(t, refund(), http.StatusBadRequest, stripe.ErrorCodeChargeDisputed)
		require.NoError(t, e.control.CloseDispute(t.Context(), id, won))
		if won {
			require.NoError(t, refund())
		} else {
			requireStripeError(t, refund(), http.StatusBadRequest, stripe.ErrorCodeChargeDisputed)
		}
	}
}

func TestADisputeIsOfWhatWasNotRefunded(t *testing.T) {
	e := start(t)
	charge := e.charge(t, "4242424242424242")
	_, err := e.control.Refund(t.Context(), control.Refund{Charge: charge.ID, Amount: 1500})
	require.NoError(t, err)
	_, err = e.control.OpenDispute(t.Context(), control.Dispute{Charge: charge.ID, Amount: 501})
	require.Error(t, err)
	id, err := e.control.OpenDispute(t.Context(), control.Dispute{Charge: charge.ID, Reason: "product_not_received"})
	require.NoError(t, err)
	dispute, err := e.stripe.Disputes.Get(id, nil)
	require.NoError(t, err)
	require.EqualValues(t, 500, dispute.Amount)
	require.Equal(t, stripe.DisputeReasonProductNotReceived, dispute.Reason)
	_, err = e.control.OpenDispute(t.Context(), control.Dispute{Charge: charge.ID})
	require.Error(t, err, "one for a charge")

	other := e.charge(t, "4242424242424242")
	_, err = e.control.Refund(t.Context(), control.Refund{Charge: other.ID})
	require.NoError(t, err)
	_, err = e.control.OpenDispute(t.Context(), control.Dispute{Charge: other.ID})
	require.Error(t, err, "nothing is left")
	_, err = e.control.OpenDispute(t.Context(), control.Dispute{Charge: "ch_1"})
	require.Error(t, err)
	require.Error(t, e.control.CloseDispute(t.Context(), "dp_1", true))
}

func TestDisputesAreFoundAlsoAfterARestart(t *testing.T) {
	file := filepath.Join(t.TempDir(), "state.json")
	api, address, stop := open(t, file, "")
	steer := control.New(address)
	var made, charges []string
	for range 3 {
		session, err := steer.NewSession(t.Context(), control.NewSession{Amount: 900, Currency: "usd", Card: "4242424242424242"})
		require.NoError(t, err)
		params := &stripe.CheckoutSessionParams{}
		params.AddExpand("payment_intent")
		paid, err := api.CheckoutSessions.Get(session, params)
		require.NoError(t, err)
		charges = append(charges, paid.PaymentIntent.LatestCharge.ID)
		id, err := steer.OpenDispute(t.Context(), control.Dispute{Charge: charges[len(charges)-1]})
		require.NoError(t, err)
		made = append([]string{id}, made...)
	}
	require.NoError(t, steer.CloseDispute(t.Context(), made[0], true))
	stop()

	api, address, stop = open(t, file, "")
	defer stop()
	list := func(params *stripe.DisputeListParams) []string {
		var ids []string
		all := api.Disputes.List(params)
		for all.Next() {
			ids = append(ids, all.Dispute().ID)
		}
		require.NoError(t, all.Err())
		return ids
	}
	page := &stripe.DisputeListParams{}
	page.Limit = stripe.Int64(2)
	require.Equal(t, made, list(page))
	require.Equal(t, made[2:], list(&stripe.DisputeListParams{Charge: &charges[0]}))
	first, err := api.Disputes.Get(made[2], nil)
	require.NoError(t, err)
	require.Equal(t, made[2:], list(&stripe.DisputeListParams{PaymentIntent: &first.PaymentIntent.ID}))
	require.Empty(t, list(&stripe.DisputeListParams{CreatedRange: &stripe.RangeQueryParams{LesserThan: first.Created}}))
	require.Len(t, list(&stripe.DisputeListParams{CreatedRange: &stripe.RangeQueryParams{GreaterThanOrEqual: first.Created}}), 3)
	require.Error(t, control.New(address).CloseDispute(t.Context(), made[0], false))
	require.NoError(t, control.New(address).CloseDispute(t.Context(), made[1], false))
	_, err = api.Disputes.Get("dp_1", nil)
	requireStripeError(t, err, http.StatusNotFound, stripe.ErrorCodeResourceMissing)
}

// kinds returns the events of a kind that there are, delivered or not.
func (e *emulated) kinds(t *testing.T, kind string) []control.Event {
	var found []control.Event
	for _, event := range e.events(t) {
		if event.Type == kind {
			found = append(found, event)
		}
	}
	return found
}
