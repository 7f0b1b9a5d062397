package stripe_test

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/stripe/stripe-go/v76"
	"github.com/stripe/stripe-go/v76/client"
	"github.com/stripe/stripe-go/v76/webhook"

	stripefake "github.com/mintfax/mintfax/deploy/fakes/stripe"
	"github.com/mintfax/mintfax/deploy/fakes/stripe/control"
)

const (
	secretKey     = "sk_test_emulated"
	webhookSecret = "whsec_emulated"
	successURL    = "https://shop.example/done?session={CHECKOUT_SESSION_ID}"
	cancelURL     = "https://shop.example/back"
)

// emulated is an emulator with its webhook endpoint and clients.
type emulated struct {
	url     string
	stripe  *client.API
	control *control.Client
	hook    *endpoint
	browser *http.Client // follows no redirect
}

func start(t *testing.T, changes ...func(*stripefake.Config)) *emulated {
	hook := &endpoint{status: http.StatusOK}
	receiver := httptest.NewServer(hook)
	t.Cleanup(receiver.Close)
	server := httptest.NewUnstartedServer(nil)
	address := "http://" + server.Listener.Addr().String()
	config := stripefake.Config{
		PublicURL: address, SecretKey: secretKey, WebhookURL: receiver.URL, WebhookSecret: webhookSecret,
		Log: slog.New(slog.DiscardHandler),
	}
	for _, change := range changes {
		change(&config)
	}
	emulator := stripefake.New(config)
	server.Config.Handler = emulator.Handler()
	server.Start()
	t.Cleanup(emulator.Close)
	t.Cleanup(server.Close)
	return &emulated{
		url: address, stripe: stripeClient(address, secretKey), control: control.New(address), hook: hook,
		browser: &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }},
	}
}

// stripeClient is the real client, changed in nothing but the address.
func stripeClient(address, key string) *client.API {
	backend := stripe.GetBackendWithConfig(stripe.APIBackend, &stripe.BackendConfig{
		URL: stripe.String(address), HTTPClient: &http.Client{Transport: &http.Transport{DisableKeepAlives: true}},
		// Without connections to use again, Go repeats no request on its own.
		MaxNetworkRetries: stripe.Int64(0),
		LeveledLogger:     &stripe.LeveledLogger{Level: stripe.LevelNull},
	})
	return client.New(key, &stripe.Backends{API: backend, Connect: backend, Uploads: backend})
}

func (e *emulated) customer(t *testing.T) *stripe.Customer {
	customer, err := e.stripe.Customers.New(&stripe.CustomerParams{
		Name: stripe.String("Ada"), Email: stripe.String("ada@example.com"), Metadata: map[string]string{"account_id": "acct_1"},
	})
	require.NoError(t, err)
	return customer
}

func (e *emulated) payment(t *testing.T) *stripe.CheckoutSession {
	session, err := e.stripe.CheckoutSessions.New(paymentParams(e.customer(t).ID))
	require.NoError(t, err)
	return session
}

func (e *emulated) setup(t *testing.T) *stripe.CheckoutSession {
	session, err := e.stripe.CheckoutSessions.New(&stripe.CheckoutSessionParams{
		Mode: stripe.String("setup"), Customer: stripe.String(e.customer(t).ID),
		PaymentMethodTypes: stripe.StringSlice([]string{"card"}),
		SuccessURL:         stripe.String(successURL), CancelURL: stripe.String(cancelURL),
		SetupIntentData: &stripe.CheckoutSessionSetupIntentDataParams{Metadata: map[string]string{"account_id": "acct_1"}},
	})
	require.NoError(t, err)
	return session
}

func paymentParams(customer string) *stripe.CheckoutSessionParams {
	metadata := map[string]string{"account_id": "acct_1", "checkout_id": "chk_1"}
	return &stripe.CheckoutSessionParams{
		Mode: stripe.String("payment"), Customer: stripe.String(customer), ClientReferenceID: stripe.String("chk_1"),
		Metadata: metadata, PaymentMethodTypes: stripe.StringSlice([]string{"card"}),
		SuccessURL: stripe.String(successURL), CancelURL: stripe.String(cancelURL),
		LineItems: []*stripe.CheckoutSessionLineItemParams{{
			Quantity: stripe.Int64(1),
			PriceData: &stripe.CheckoutSessionLineItemPriceDataParams{
				Currency: stripe.String("usd"), UnitAmount: stripe.Int64(2000),
				ProductData: &stripe.CheckoutSessionLineItemPriceDataProductDataParams{Name: stripe.String("2,000 credits")},
			},
		}},
		PaymentIntentData: &stripe.CheckoutSessionPaymentIntentDataParams{
			SetupFutureUsage: stripe.String("off_session"), Metadata: metadata,
		},
	}
}

// pay posts the form of the Checkout page, and returns the status, where it leads, and the page.
func (e *emulated) pay(t *testing.T, page, card string) (status int, location, body string) {
	return e.post(t, page, url.Values{"card_number": {card}, "exp_month": {"12"}, "exp_year": {"2040"}, "cvc": {"123"}})
}

func (e *emulated) post(t *testing.T, page string, form url.Values) (status int, location, body string) {
	response, err := e.browser.PostForm(page, form)
	require.NoError(t, err)
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	return response.StatusCode, response.Header.Get("Location"), string(text)
}

func (e *emulated) get(t *testing.T, page string, want int) string {
	response, err := e.browser.Get(page)
	require.NoError(t, err)
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	require.Equal(t, want, response.StatusCode, string(text))
	return string(text)
}

// buy pays a new session and returns its id.
func (e *emulated) buy(t *testing.T) string {
	opened := e.payment(t)
	status, _, page := e.pay(t, opened.URL, "4242424242424242")
	require.Equal(t, http.StatusSeeOther, status, page)
	return opened.ID
}

func (e *emulated) events(t *testing.T) []control.Event {
	events, err := e.control.Events(t.Context())
	require.NoError(t, err)
	return events
}

func (e *emulated) eventOf(t *testing.T, kind string) control.Event {
	for _, event := range e.events(t) {
		if event.Type == kind {
			return event
		}
	}
	require.Fail(t, "no event", kind)
	return control.Event{}
}

func (e *emulated) charges(t *testing.T) []control.Charge {
	charges, err := e.control.Charges(t.Context())
	require.NoError(t, err)
	return charges
}

func (e *emulated) session(t *testing.T, id string) *stripe.CheckoutSession {
	params := &stripe.CheckoutSessionParams{}
	for _, path := range []string{"payment_intent.payment_method", "payment_intent.latest_charge", "setup_intent.payment_method"} {
		params.AddExpand(path)
	}
	session, err := e.stripe.CheckoutSessions.Get(id, params)
	require.NoError(t, err)
	return session
}

// endpoint is a webhook endpoint that believes only what Stripe's library believes.
type endpoint struct {
	mu     sync.Mutex
	status int
	got    []stripe.Event
	bad    []error
}

func (e *endpoint) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	event, problem := webhook.ConstructEvent(body, r.Header.Get("Stripe-Signature"), webhookSecret)
	e.mu.Lock()
	defer e.mu.Unlock()
	if err != nil || problem != nil {
		e.bad = append(e.bad, problem)
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	e.got = append(e.got, event)
	w.WriteHeader(e.status)
}

func (e *endpoint) answer(status int) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.status = status
}

func (e *endpoint) of(kind string) []stripe.Event {
	e.mu.Lock()
	defer e.mu.Unlock()
	var events []stripe.Event
	for _, event := range e.got {
		if string(event.Type) == kind {
			events = append(events, event)
		}
	}
	return events
}

// await waits until n events of a kind have come.
func (e *endpoint) await(t *testing.T, kind string, n int) []stripe.Event {
	require.Eventually(t, func() bool { return len(e.of(kind)) >= n }, 30*time.Second, 5*time.Millisecond, kind)
	return e.of(kind)
}

func (e *endpoint) ids() []string {
	e.mu.Lock()
	defer e.mu.Unlock()
	ids := make([]string, len(e.got))
	for i, event := range e.got {
		ids[i] = event.ID
	}
	return ids
}

func requireStripeError(t *testing.T, err error, status int, code stripe.ErrorCode) {
	t.Helper()
	var answer *stripe.Error
	require.ErrorAs(t, err, &answer)
	require.Equal(t, status, answer.HTTPStatusCode, answer.Msg)
	require.Equal(t, code, answer.Code, answer.Msg)
	require.NotEmpty(t, answer.RequestID)
}
