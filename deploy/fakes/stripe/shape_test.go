package stripe_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/stripe/stripe-go/v76"

	"github.com/mintfax/mintfax/deploy/fakes/stripe/shape"
)

// What the emulator takes and Stripe does not would be found by the first real customer.
func TestStripeTakesWhatTheEmulatorTakes(t *testing.T) {
	e := start(t)
	opened := e.payment(t)
	status, _, page := e.pay(t, opened.URL, "4242424242424242")
	require.Equal(t, http.StatusSeeOther, status, page)
	session := e.session(t, opened.ID)
	card := session.PaymentIntent.PaymentMethod.ID
	_, err := e.stripe.Customers.Update(session.Customer.ID, &stripe.CustomerParams{
		InvoiceSettings: &stripe.CustomerInvoiceSettingsParams{DefaultPaymentMethod: &card},
	})
	require.NoError(t, err)
	params := offSession(session.Customer.ID, card)
	params.PaymentMethodTypes = stripe.StringSlice([]string{"card"})
	params.Description, params.ReceiptEmail = stripe.String("Automatic top-up"), stripe.String("ada@example.com")
	intent, err := e.stripe.PaymentIntents.New(params)
	require.NoError(t, err)
	refund, err := e.stripe.Refunds.New(&stripe.RefundParams{
		Charge: &intent.LatestCharge.ID, Amount: stripe.Int64(100), Reason: stripe.String("requested_by_customer"),
		Metadata: map[string]string{"refund_id": "rf_1"},
	})
	require.NoError(t, err)
	_, err = e.stripe.Refunds.Get(refund.ID, nil)
	require.NoError(t, err)
	e.readAll(t, session.Customer.ID)
	_, err = e.stripe.PaymentMethods.Detach(card, nil)
	require.NoError(t, err)

	validator, err := shape.New()
	require.NoError(t, err)
	latest, err := e.control.LatestRequests(t.Context())
	require.NoError(t, err)
	require.GreaterOrEqual(t, len(latest), 14)
	for _, request := range latest {
		require.NoError(t, validator.Check(t.Context(), request))
	}
}

// readAll reads every list with all that it can be asked for.
func (e *emulated) readAll(t *testing.T, customer string) {
	page := stripe.ListParams{Limit: stripe.Int64(100)}
	since := &stripe.RangeQueryParams{GreaterThanOrEqual: 1, LesserThan: 9_000_000_000}
	types := stripe.StringSlice([]string{"charge.refunded", "charge.dispute.created"})
	for name, err := range map[string]error{
		"events": e.stripe.Events.List(&stripe.EventListParams{
			ListParams: page, CreatedRange: since, DeliverySuccess: stripe.Bool(false), Types: types,
		}).Err(),
		"charges":  e.stripe.Charges.List(&stripe.ChargeListParams{ListParams: page, CreatedRange: since, Customer: &customer}).Err(),
		"refunds":  e.stripe.Refunds.List(&stripe.RefundListParams{ListParams: page, CreatedRange: since}).Err(),
		"disputes": e.stripe.Disputes.List(&stripe.DisputeListParams{ListParams: page, CreatedRange: since}).Err(),
		"intents": e.stripe.PaymentIntents.List(&stripe.PaymentIntentListParams{
			ListParams: page, CreatedRange: since, Customer: &customer,
		}).Err(),
		"sessions": e.stripe.CheckoutSessions.List(&stripe.CheckoutSessionListParams{ListParams: page, Customer: &customer}).Err(),
		"methods": e.stripe.PaymentMethods.List(&stripe.PaymentMethodListParams{
			ListParams: page, Customer: &customer, Type: stripe.String("card"),
		}).Err(),
	} {
		require.NoError(t, err, name)
	}
}
