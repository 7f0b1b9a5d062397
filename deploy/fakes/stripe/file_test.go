package stripe_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/stripe/stripe-go/v76"
	"github.com/stripe/stripe-go/v76/client"

	stripefake "github.com/mintfax/mintfax/deploy/fakes/stripe"
	"github.com/mintfax/mintfax/deploy/fakes/stripe/control"
)

// open runs an emulator on a state file until stop.
func open(
	t *testing.T, file, hookURL string, changes ...func(*stripefake.Config),
) (api *client.API, address string, stop func()) {
	t.Helper()
	server := httptest.NewUnstartedServer(nil)
	address = "http://" + server.Listener.Addr().String()
	config := stripefake.Config{
		PublicURL: address, SecretKey: secretKey, WebhookURL: hookURL, WebhookSecret: webhookSecret, RetryDelay: 50 * time.Millisecond,
	}
	for _, change := range changes {
		change(&config)
	}
	emulator, err := stripefake.Open(config, file)
	require.NoError(t, err)
	server.Config.Handler = emulator.Handler()
	server.Start()
	return stripeClient(address, secretKey), address, func() {
		server.Close()
		require.NoError(t, emulator.Close())
	}
}

func TestARestartForgetsNothing(t *testing.T) {
	file := filepath.Join(t.TempDir(), "state.json")
	hook := &endpoint{status: http.StatusInternalServerError} // no event is accepted before the restart
	receiver := httptest.NewServer(hook)
	t.Cleanup(receiver.Close)

	api, address, stop := open(t, file, receiver.URL)
	customer, err := api.Customers.New(&stripe.CustomerParams{Name: stripe.String("Ada")})
	require.NoError(t, err)
	paid, err := api.CheckoutSessions.New(paymentParams(customer.ID))
	require.NoError(t, err)
	unpaid, err := api.CheckoutSessions.New(paymentParams(customer.ID))
	require.NoError(t, err)
	payAt(t, address, paid.ID)
	stop()

	hook.answer(http.StatusOK)
	api, address, stop = open(t, file, receiver.URL)
	defer stop()
	session, err := api.CheckoutSessions.Get(paid.ID, nil)
	require.NoError(t, err)
	require.Equal(t, stripe.CheckoutSessionPaymentStatusPaid, session.PaymentStatus)
	payAt(t, address, unpaid.ID)
	charges, err := control.New(address).Charges(t.Context())
	require.NoError(t, err)
	require.Len(t, charges, 2)
	require.Eventually(t, func() bool {
		completed := 0
		events, err := control.New(address).Events(t.Context())
		require.NoError(t, err)
		for _, event := range events {
			if event.Type == "checkout.session.completed" && event.Status == control.Delivered {
				completed++
			}
		}
		return completed == 2
	}, 10*time.Second, 20*time.Millisecond, "an event that nobody took is delivered after the restart")
}

func TestADamagedStateFileIsAnErrorAndStays(t *testing.T) {
	file := filepath.Join(t.TempDir(), "state.json")
	require.NoError(t, os.WriteFile(file, []byte(`{"state":`), 0o600))
	_, err := stripefake.Open(stripefake.Config{SecretKey: secretKey}, file)
	require.ErrorContains(t, err, "delete it to begin anew")
	content, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Equal(t, `{"state":`, string(content))
}

func payAt(t *testing.T, address, sessionID string) {
	t.Helper()
	payWith(t, address, sessionID, "4242424242424242")
}

func payWith(t *testing.T, address, sessionID, card string) {
	t.Helper()
	browser := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	response, err := browser.PostForm(address+"/c/pay/"+sessionID, url.Values{
		"card_number": {card}, "exp_month": {"12"}, "exp_year": {"2034"}, "cvc": {"123"},
	})
	require.NoError(t, err)
	response.Body.Close()
	require.Equal(t, http.StatusSeeOther, response.StatusCode)
}
