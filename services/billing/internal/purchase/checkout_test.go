package purchase_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/services/billing/internal/billingtest"
	"github.com/mintfax/mintfax/shared/apierror"
	"github.com/mintfax/mintfax/shared/contract"
)

func TestACheckoutSendsTheRecordedTerms(t *testing.T) {
	env := billingtest.New(t)
	account := env.Account(t)
	opened, err := env.Checkouts.OpenPayment(t.Context(), contract.CreateCheckoutRequest{
		AccountID: account, Name: "Ada", Email: "ada@example.com", PackageID: "growth",
	})
	require.NoError(t, err)
	require.Equal(t, "https://checkout.example/"+opened.ID, opened.URL)
	require.False(t, opened.ExpiresAt.IsZero())
	form := env.Stripe.LastPost()
	id := form.Get("client_reference_id")
	require.Equal(t, 1, env.Count(t, `billing.checkouts WHERE id = ? AND account_id = ? AND stripe_session_id = ? AND state = 'open'
		AND mode = 'payment' AND package_id = 'growth' AND amount = 4000 AND credits = 5000 AND currency = 'USD' AND NOT livemode`,
		id, account, opened.ID))
	for name, want := range map[string]string{
		"idempotency_key":                               "checkout:" + id,
		"mode":                                          "payment",
		"payment_method_types[0]":                       "card",
		"line_items[0][quantity]":                       "1",
		"line_items[0][price_data][unit_amount]":        "4000",
		"line_items[0][price_data][currency]":           "usd",
		"line_items[0][price_data][product_data][name]": "Growth: 5000 fax credits",
		"metadata[account_id]":                          account,
		"metadata[checkout_id]":                         id,
		"payment_intent_data[metadata][account_id]":     account,
		"payment_intent_data[metadata][checkout_id]":    id,
		"payment_intent_data[setup_future_usage]":       "off_session",
		"success_url":                                   "https://fax.example/checkout/return?session_id={CHECKOUT_SESSION_ID}",
		"cancel_url":                                    "https://fax.example/dashboard/activate?checkout=cancelled",
	} {
		require.Equal(t, want, form.Get(name), name)
	}
}

func TestASetupChargesNothing(t *testing.T) {
	env := billingtest.New(t)
	account := env.Account(t)
	session := env.OpenSetup(t, account)
	form := env.Stripe.LastPost()
	require.Equal(t, "setup", form.Get("mode"))
	require.Equal(t, account, form.Get("setup_intent_data[metadata][account_id]"))
	require.Empty(t, form.Get("line_items[0][quantity]"))
	require.Equal(t, 1, env.Count(t, `billing.checkouts WHERE stripe_session_id = ? AND mode = 'setup' AND amount IS NULL AND package_id IS NULL`, session))
}

func TestAnUnknownPackageIsRejectedFirst(t *testing.T) {
	env := billingtest.New(t)
	account := env.Account(t)
	for _, id := range []string{"", "gold", "Starter"} {
		_, err := env.Checkouts.OpenPayment(t.Context(), contract.CreateCheckoutRequest{AccountID: account, PackageID: id})
		var refusal *apierror.Error
		require.ErrorAs(t, err, &refusal)
		require.Equal(t, apierror.ValidationFailed, refusal.Code)
		require.Contains(t, refusal.Context["errors"], "package_id")
	}
	require.Zero(t, env.Stripe.Customers())
	require.Zero(t, env.Count(t, `billing.checkouts`))
}

func TestStripesMessagesAreNotPassedOn(t *testing.T) {
	env := billingtest.New(t)
	account := env.Account(t)
	for _, known := range []bool{false, true} { // without and with a customer
		for status, want := range map[int]apierror.Code{
			http.StatusBadRequest:          apierror.CheckoutNotAvailable,
			http.StatusInternalServerError: apierror.ServiceUnavailable,
			http.StatusTooManyRequests:     apierror.ServiceUnavailable,
			http.StatusUnauthorized:        apierror.ServiceUnavailable,
		} {
			env.Stripe.Fail(status)
			_, err := env.Checkouts.OpenPayment(t.Context(), contract.CreateCheckoutRequest{AccountID: account, PackageID: "starter"})
			require.True(t, apierror.Has(err, want), "status %d, customer %v: %v", status, known, err)
		}
		env.Stripe.Fail(0)
		env.OpenPayment(t, account, "starter")
	}
	require.NotContains(t, env.Log.String(), "example.com")
	require.NotContains(t, env.Log.String(), billingtest.Key)
}
