package stripe_test

import (
	"context"
	"errors"
	"iter"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/stripe/stripe-mock/embedded"
	"github.com/stripe/stripe-mock/server"

	"github.com/mintfax/mintfax/services/billing/internal/stripe"
)

// mock starts stripe-mock, Stripe's own request validator, in the release that describes API version 2023-10-16.
func mock(t *testing.T) string {
	spec, err := server.LoadSpec(embedded.OpenAPISpec, "")
	require.NoError(t, err)
	fixtures, err := server.LoadFixtures(embedded.OpenAPIFixtures, "")
	require.NoError(t, err)
	stub, err := server.NewStubServer(fixtures, spec, false, false)
	require.NoError(t, err)
	listening := httptest.NewServer(http.HandlerFunc(stub.HandleRequest))
	t.Cleanup(listening.Close)
	return listening.URL
}

func TestEveryRequestIsValidForStripe(t *testing.T) {
	client, err := stripe.New("sk_test_123", mock(t))
	require.NoError(t, err)
	ctx := t.Context()
	order := stripe.Order{
		CheckoutID: "chk_1", AccountID: "acct_1", CustomerID: "cus_1", Product: "Starter", Amount: 1000, Currency: "USD",
		Methods: []string{"card", "us_bank_account"}, SuccessURL: "https://fax.example/ok", CancelURL: "https://fax.example/no",
	}
	window := stripe.Window{From: time.Now().Add(-time.Hour), Until: time.Now()}
	throttle := func(context.Context) error { return nil }
	requests := map[string]func() error{
		"CreateCustomer": func() error {
			return err2(client.CreateCustomer(ctx, "key", stripe.Customer{AccountID: "acct_1", Name: "Ada", Email: "ada@example.com"}))
		},
		"FindCustomer": func() error { return err2(client.FindCustomer(ctx, "acct_1", "ada@example.com")) },
		"OpenPayment":  func() error { return err2(client.OpenPayment(ctx, order)) },
		"OpenSetup":    func() error { return err2(client.OpenSetup(ctx, order)) },
		"GetSession":   func() error { return err2(client.GetSession(ctx, "cs_test_1")) },
		"DetachCard":   func() error { return client.DetachCard(ctx, "pm_1") },
		"ChargeCard": func() error {
			return err2(client.ChargeCard(ctx, stripe.Charge{
				TopUpID: "topup_1", AccountID: "acct_1", CustomerID: "cus_1", PaymentMethodID: "pm_1", Amount: 1000, Currency: "USD",
				Description: "1000 fax credits", IdempotencyKey: "key",
			}))
		},
		"FindCharge": func() error {
			_, _, err := client.FindCharge(ctx, "cus_1", "topup_1", time.Now())
			return err
		},
		"GetIntent":       func() error { return err2(client.GetIntent(ctx, "pi_1")) },
		"ListReversals":   func() error { return err2(client.ListReversals(ctx, "pi_1")) },
		"IntentOfCharge":  func() error { return err2(client.IntentOfCharge(ctx, "ch_1")) },
		"IntentOfRefund":  func() error { return err2(client.IntentOfRefund(ctx, "re_1")) },
		"IntentOfDispute": func() error { return err2(client.IntentOfDispute(ctx, "dp_1")) },
		"GetReversal": func() error {
			return errors.Join(err2(client.GetReversal(ctx, stripe.Refund, "re_1")), err2(client.GetReversal(ctx, stripe.Dispute, "dp_1")))
		},
		"Intents":  func() error { return read(client.Intents(ctx, window, throttle)) },
		"Refunds":  func() error { return read(client.Refunds(ctx, window, throttle)) },
		"Disputes": func() error { return read(client.Disputes(ctx, window, throttle)) },
		"Undelivered": func() error {
			return read(client.Undelivered(ctx, window.From, []string{"charge.refunded", "charge.dispute.created"}, throttle))
		},
	}
	for name, request := range requests {
		require.NoError(t, request(), name)
	}
	for method := range reflect.TypeOf(client).Methods() {
		if name := method.Name; name != "Livemode" {
			require.Contains(t, requests, name, "a request that is not validated")
		}
	}
}

// Otherwise the test above would prove nothing. The validator does not know every name within objects.
func TestTheValidatorRejectsInvalidRequests(t *testing.T) {
	address := mock(t)
	for form, status := range map[string]int{
		"name=Ada":                           http.StatusOK,
		"name=Ada&unheard_of=1":              http.StatusBadRequest,
		"metadata=a+text":                    http.StatusBadRequest,
		"next_invoice_sequence=not+a+number": http.StatusBadRequest,
	} {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, address+"/v1/customers", strings.NewReader(form))
		require.NoError(t, err)
		request.Header.Set("Authorization", "Bearer sk_test_123")
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		response, err := http.DefaultClient.Do(request)
		require.NoError(t, err)
		require.NoError(t, response.Body.Close())
		require.Equal(t, status, response.StatusCode, form)
	}
}

func err2[T any](_ T, err error) error { return err }

func read[T any](pages iter.Seq2[[]T, error]) error {
	for _, err := range pages {
		return err
	}
	return errors.New("no page")
}
