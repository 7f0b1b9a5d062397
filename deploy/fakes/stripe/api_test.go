package stripe_test

import (
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/stripe/stripe-go/v76"
)

// ask makes a request without Stripe's library.
func (e *emulated) ask(t *testing.T, method, path, body string, header map[string]string) (*http.Response, string) {
	request, err := http.NewRequestWithContext(t.Context(), method, e.url+path, strings.NewReader(body))
	require.NoError(t, err)
	request.Header.Set("Authorization", "Bearer "+secretKey)
	if body != "" {
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for name, value := range header {
		request.Header.Set(name, value)
	}
	response, err := e.browser.Do(request)
	require.NoError(t, err)
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	return response, string(text)
}

func TestOnlyTheSecretKeyIsLetIn(t *testing.T) {
	e := start(t)
	for name, authorization := range map[string]string{
		"none": "", "another key": "Bearer sk_test_another", "a prefix of it": "Bearer sk_test_", "no key": "Bearer ",
		"another scheme": "Digest " + secretKey, "the key alone": secretKey,
	} {
		t.Run(name, func(t *testing.T) {
			response, body := e.ask(t, http.MethodGet, "/v1/customers", "", map[string]string{"Authorization": authorization})
			require.Equal(t, http.StatusUnauthorized, response.StatusCode)
			require.Contains(t, body, `"type": "invalid_request_error"`)
			require.NotContains(t, body, "sk_test_another", "a key is not shown to whoever reads the log")
		})
	}
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, e.url+"/v1/customers", http.NoBody)
	require.NoError(t, err)
	request.SetBasicAuth(secretKey, "")
	response, err := e.browser.Do(request)
	require.NoError(t, err)
	response.Body.Close()
	require.Equal(t, http.StatusOK, response.StatusCode, "Basic is the other way")

	_, err = stripeClient(e.url, "sk_test_wrong_key_of_some_length").Customers.New(&stripe.CustomerParams{})
	requireStripeError(t, err, http.StatusUnauthorized, "")
}

func TestRequestsThatStripeDoesNotKnowAreRefused(t *testing.T) {
	e := start(t)
	for name, c := range map[string]struct {
		method, path, body string
		header             map[string]string
		status             int
		says               string
	}{
		"another address":      {"GET", "/v1/nothing", "", nil, 404, "Unrecognized request URL (GET: /v1/nothing)"},
		"another method":       {"DELETE", "/v1/customers", "", nil, 404, "Unrecognized request URL (DELETE: /v1/customers)"},
		"JSON":                 {"POST", "/v1/customers", "{}", map[string]string{"Content-Type": "application/json"}, 400, "content type"},
		"another version":      {"GET", "/v1/customers", "", map[string]string{"Stripe-Version": "2020-08-27"}, 400, "Invalid Stripe API version"},
		"an unknown parameter": {"POST", "/v1/customers", "nickname=x", nil, 400, `"code": "parameter_unknown"`},
		"unknown on a read":    {"GET", "/v1/customers?colour=red", "", nil, 400, `"param": "colour"`},
		"broken encoding":      {"POST", "/v1/customers", "name=%zz", nil, 400, "Invalid request"},
		"an object for a text": {"POST", "/v1/customers", "name[first]=x", nil, 400, `"param": "name"`},
		"a text for an object": {"POST", "/v1/customers", "metadata=x", nil, 400, `"param": "metadata"`},
		"not a number":         {"GET", "/v1/customers?limit=ten", "", nil, 400, `"code": "parameter_invalid_integer"`},
		"too high a limit":     {"GET", "/v1/customers?limit=101", "", nil, 400, `"param": "limit"`},
		"a long key":           {"POST", "/v1/customers", "", map[string]string{"Idempotency-Key": strings.Repeat("k", 256)}, 400, "idempotency_error"},
		"a large body":         {"POST", "/v1/customers", "name=" + strings.Repeat("x", 2<<20), nil, 413, "larger"},
		"long metadata":        {"POST", "/v1/customers", "metadata[k]=" + strings.Repeat("x", 501), nil, 400, `"param": "metadata[k]"`},
		"not an address":       {"POST", "/v1/customers", "email=ada", nil, 400, `"code": "email_invalid"`},
		"not expandable":       {"GET", "/v1/checkout/sessions?expand[]=data.mode", "", nil, 400, "cannot be expanded (data.mode)"},
		"too deep":             {"GET", "/v1/charges?expand[]=data.payment_intent.latest_charge.payment_intent.customer", "", nil, 400, "more than 4 levels"},
	} {
		t.Run(name, func(t *testing.T) {
			response, body := e.ask(t, c.method, c.path, c.body, c.header)
			require.Equal(t, c.status, response.StatusCode, body)
			require.Contains(t, body, c.says)
			require.Contains(t, response.Header.Get("Request-Id"), "req_")
		})
	}
	require.Empty(t, e.events(t), "nothing has happened")
}

func TestWhatIsNotThereIsMissing(t *testing.T) {
	e := start(t)
	_, customer := e.stripe.Customers.Get("cus_none", nil)
	_, update := e.stripe.Customers.Update("cus_none", &stripe.CustomerParams{Name: stripe.String("x")})
	_, session := e.stripe.CheckoutSessions.Get("cs_test_none", nil)
	_, expire := e.stripe.CheckoutSessions.Expire("cs_test_none", nil)
	_, payment := e.stripe.PaymentIntents.Get("pi_none", nil)
	_, setup := e.stripe.SetupIntents.Get("seti_none", nil)
	_, method := e.stripe.PaymentMethods.Get("pm_none", nil)
	_, detach := e.stripe.PaymentMethods.Detach("pm_none", nil)
	_, charge := e.stripe.Charges.Get("ch_none", nil)
	_, event := e.stripe.Events.Get("evt_none", nil)
	for _, err := range []error{customer, update, session, expire, payment, setup, method, detach, charge, event} {
		requireStripeError(t, err, http.StatusNotFound, stripe.ErrorCodeResourceMissing)
	}
	_, err := e.stripe.CheckoutSessions.New(paymentParams("cus_none"))
	requireStripeError(t, err, http.StatusBadRequest, stripe.ErrorCodeResourceMissing)
}

func TestACustomerIsKeptAndChanged(t *testing.T) {
	e := start(t)
	created := e.customer(t)
	require.Equal(t, "Ada", created.Name)
	require.False(t, created.Livemode)
	require.WithinDuration(t, time.Now(), time.Unix(created.Created, 0), time.Minute)

	params := &stripe.CustomerParams{Name: stripe.String("Grace"), Email: stripe.String("")}
	params.Metadata = map[string]string{"account_id": "", "plan": "pro"}
	updated, err := e.stripe.Customers.Update(created.ID, params)
	require.NoError(t, err)
	require.Equal(t, "Grace", updated.Name)
	require.Empty(t, updated.Email, "an empty text clears")
	require.Equal(t, map[string]string{"plan": "pro"}, updated.Metadata, "an empty value removes, what is not named stays")

	kept, err := e.stripe.Customers.Get(created.ID, nil)
	require.NoError(t, err)
	require.Equal(t, updated.Metadata, kept.Metadata)

	event := e.hook.await(t, "customer.updated", 1)[0]
	require.Equal(t, "Ada", event.Data.PreviousAttributes["name"])
	require.NotEmpty(t, event.Request.ID)
	require.NotContains(t, event.Data.PreviousAttributes, "created")
}

func TestListsArePagedFromTheNewest(t *testing.T) {
	e := start(t)
	var ids []string
	for range 5 {
		ids = append([]string{e.customer(t).ID}, ids...)
	}
	_, err := e.stripe.Customers.New(&stripe.CustomerParams{Email: stripe.String("grace@example.com")})
	require.NoError(t, err)

	params := &stripe.CustomerListParams{Email: stripe.String("ada@example.com")}
	params.Limit = stripe.Int64(2)
	var found []string
	for all := e.stripe.Customers.List(params); all.Next(); {
		found = append(found, all.Customer().ID)
	}
	require.Equal(t, ids, found, "the library follows starting_after")

	back := &stripe.CustomerListParams{}
	back.Limit, back.EndingBefore = stripe.Int64(2), stripe.String(ids[4])
	back.Single = true
	found = nil
	for all := e.stripe.Customers.List(back); all.Next(); {
		found = append(found, all.Customer().ID)
	}
	require.Equal(t, []string{ids[3], ids[2]}, found, "the library turns a page before something around")

	created := &stripe.CustomerListParams{CreatedRange: &stripe.RangeQueryParams{GreaterThan: time.Now().Add(time.Hour).Unix()}}
	require.False(t, e.stripe.Customers.List(created).Next())

	wrong := &stripe.CustomerListParams{}
	wrong.StartingAfter = stripe.String("cus_none")
	list := e.stripe.Customers.List(wrong)
	require.False(t, list.Next())
	requireStripeError(t, list.Err(), http.StatusBadRequest, stripe.ErrorCodeResourceMissing)
}
