package dashboard_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/shared/apierror"
	"github.com/mintfax/mintfax/shared/bus/bustest"
	"github.com/mintfax/mintfax/shared/contract"
)

func TestPageBeforeActivationSaysWhatWorksAndWhatWaits(t *testing.T) {
	f := newFixture(t, nil)
	v := f.browser(t)
	v.signIn()
	page := v.get("/dashboard/activate")
	require.Equal(t, http.StatusOK, page.status)
	for _, text := range []string{
		"Ada &lt;b&gt;&amp; Sons&lt;/b&gt;", "What works now", "What waits for activation", ">Activate Live</button>",
		"$10.00 for 1,000 credits", "$150.00 for 25,000 credits", "charges it once", "no card on file",
	} {
		require.Contains(t, page.body, text)
	}
	require.Contains(t, v.get("/dashboard/activate?checkout=cancelled").body, "Nothing was charged and nothing changed.")
}

func TestCheckoutRedirectsToStripe(t *testing.T) {
	f := newFixture(t, nil)
	v := f.browser(t)
	v.signIn()
	csrf := v.get("/dashboard/activate").field(t, "csrf")
	sent := v.post("/dashboard/checkout", url.Values{"csrf": {csrf}, "package_id": {"scale"}})
	require.Equal(t, http.StatusSeeOther, sent.status)
	require.Equal(t, stripeOrigin+"/pay/cs_1", sent.header.Get("Location"))
	require.Equal(t, []contract.CreateCheckoutRequest{
		{AccountID: "acct_1", Name: f.account.Name, Email: f.account.Email, PackageID: "scale"},
	}, f.asked)

	again := v.post("/dashboard/checkout", url.Values{"csrf": {csrf}, "package_id": {"gold"}})
	require.Equal(t, http.StatusUnprocessableEntity, again.status)
	require.Contains(t, again.body, "Please choose one of the packages")
	require.Len(t, f.asked, 1)
}

func TestCheckoutFormOfAnotherSiteIsRefused(t *testing.T) {
	f := newFixture(t, nil)
	v, other := f.browser(t), f.browser(t)
	form := url.Values{"package_id": {"starter"}}
	require.Equal(t, "/dashboard/sign-in?next=%2Fdashboard", v.post("/dashboard/checkout", form).header.Get("Location"))
	v.signIn()
	other.signIn()
	for _, token := range []string{"", "x", other.get("/dashboard/activate").field(t, "csrf")} {
		form.Set("csrf", token)
		require.Equal(t, http.StatusForbidden, v.post("/dashboard/checkout", form).status)
	}
	require.Empty(t, f.asked)
}

func TestReturnFromCheckoutShowsActivation(t *testing.T) {
	f := newFixture(t, nil)
	v := f.browser(t)
	v.signIn()
	f.outcome = contract.CheckoutOutcome{AccountID: "acct_1", State: contract.CheckoutOpen}
	open := v.get("/dashboard/activate?session_id=cs_1")
	require.Equal(t, http.StatusOK, open.status)
	require.Contains(t, open.body, "<h1>Activating…</h1>")
	require.Contains(t, open.body, `<meta http-equiv="refresh" content="2;url=/dashboard/activate?session_id=cs_1&amp;try=1">`)

	f.pay(time.Now())
	done := v.get("/dashboard/activate?session_id=cs_1&try=1")
	require.NotContains(t, done.body, "refresh")
	for _, text := range []string{
		"<h1>Live is activated</h1>", "1,000 credits", "$10.00", "1,500 credits", `href="https://stripe.example/receipt"`,
		"Visa ending in 4242, valid until 12/2034", "Buy more credits",
	} {
		require.Contains(t, done.body, text)
	}
}

func TestLaterPurchaseOnlyAddsCredits(t *testing.T) {
	f := newFixture(t, nil)
	v := f.browser(t)
	v.signIn()
	f.pay(time.Now().Add(-time.Hour))
	f.outcome.Payment.ReceiptURL = nil
	done := v.get("/dashboard/activate?session_id=cs_2")
	require.Contains(t, done.body, "<h1>Credits added</h1>")
	require.NotContains(t, done.body, "Live is activated")
	require.NotContains(t, done.body, "Receipt")

	plain := v.get("/dashboard/activate")
	require.Contains(t, plain.body, "is live since")
	require.NotContains(t, plain.body, "Credits added")
}

func TestWaitingPageStopsReloading(t *testing.T) {
	f := newFixture(t, nil)
	v := f.browser(t)
	v.signIn()
	f.outcome = contract.CheckoutOutcome{AccountID: "acct_1", State: contract.CheckoutOpen}
	next := "/dashboard/activate?session_id=cs_1"
	for try := range 30 {
		require.Contains(t, v.get(next).body, fmt.Sprintf("try=%d\"", try+1))
		next = fmt.Sprintf("/dashboard/activate?session_id=cs_1&try=%d", try+1)
	}
	long := v.get(next)
	require.Contains(t, long.body, "This takes longer than usual")
	require.Contains(t, long.body, "Nothing is lost")
	require.NotContains(t, long.body, "refresh")
}

func TestUnknownOutcomeIsWaitedFor(t *testing.T) {
	f := newFixture(t, nil)
	v := f.browser(t)
	v.signIn()
	f.err = apierror.New(apierror.ServiceUnavailable)
	require.Contains(t, v.get("/dashboard/activate?session_id=cs_1").body, "<h1>Activating…</h1>")
}

func TestCheckoutOfAnotherAccountIsAbsent(t *testing.T) {
	f := newFixture(t, nil)
	v := f.browser(t)
	v.signIn()
	plain := v.get("/dashboard/activate").body
	for _, state := range []contract.CheckoutState{contract.CheckoutOpen, contract.CheckoutComplete, contract.CheckoutExpired} {
		payment := &contract.Payment{Amount: 7777, Credits: 8888, Currency: "USD"}
		f.outcome = contract.CheckoutOutcome{AccountID: "acct_2", State: state, Payment: payment}
		require.Equal(t, plain, v.get("/dashboard/activate?session_id=cs_1").body)
	}
	f.err = apierror.New(apierror.NotFound)
	require.Equal(t, plain, v.get("/dashboard/activate?session_id=cs_1").body)
}

func TestOtherOutcomesAreShownInPlainWords(t *testing.T) {
	f := newFixture(t, nil)
	v := f.browser(t)
	v.signIn()
	f.outcome = contract.CheckoutOutcome{AccountID: "acct_1", State: contract.CheckoutExpired}
	require.Contains(t, v.get("/dashboard/activate?session_id=cs_1").body, "has expired. Nothing was charged")
	f.outcome = contract.CheckoutOutcome{AccountID: "acct_1", State: contract.CheckoutComplete, Setup: true}
	saved := v.get("/dashboard/activate?session_id=cs_1")
	require.Contains(t, saved.body, "Your card is saved. Saving a card does not activate live.")
	require.Contains(t, saved.body, ">Activate Live</button>")
}

func TestFailuresAreShownInPlainWords(t *testing.T) {
	f := newFixture(t, nil)
	v := f.browser(t)
	v.signIn()
	for _, failure := range []struct {
		err    error
		status int
		text   string
	}{
		{apierror.New(apierror.ServiceUnavailable), http.StatusServiceUnavailable, "not answering"},
		{apierror.New(apierror.RateLimitExceeded).With("retry_after", float64(600)), http.StatusTooManyRequests, "Please wait 10 minutes"},
		{errors.New("secret cause"), http.StatusInternalServerError, "Something went wrong on our side"},
	} {
		bustest.Answer(f.services, contract.GetBalances, func(context.Context, contract.GetAccountRequest) (contract.Balances, error) {
			return contract.Balances{}, failure.err
		})
		response, err := v.http.Get(v.site + "/dashboard/activate")
		require.NoError(t, err)
		page := v.read(response)
		require.Equal(t, failure.status, page.status)
		require.Contains(t, page.body, failure.text)
		require.Contains(t, page.body, "Try again")
		require.NotContains(t, page.body, "secret cause")
	}
	require.Contains(t, f.log.String(), "secret cause")
	bustest.Answer(f.services, contract.GetBalances, func(context.Context, contract.GetAccountRequest) (contract.Balances, error) {
		return contract.Balances{Data: f.balances}, nil
	})
	require.Equal(t, http.StatusOK, v.get("/dashboard/activate").status)
}

func TestSessionOfADeletedAccountEnds(t *testing.T) {
	f := newFixture(t, nil)
	v := f.browser(t)
	v.signIn()
	f.account.ID = "acct_9"
	require.Equal(t, "/dashboard/sign-in", v.get("/dashboard/activate").header.Get("Location"))
	require.Equal(t, http.StatusOK, v.get("/dashboard/sign-in").status)
}

// pay completes the user's checkout now, for an account that was activated at the given time.
func (f *fixture) pay(activated time.Time) {
	receipt := "https://stripe.example/receipt"
	paid := time.Now()
	if activated.After(paid.Add(-time.Minute)) {
		paid = activated
	}
	f.account.ActivatedAt = &activated
	f.card = &contract.Card{Brand: "visa", Last4: "4242", ExpMonth: 12, ExpYear: 2034}
	f.outcome = contract.CheckoutOutcome{AccountID: "acct_1", State: contract.CheckoutComplete, Payment: &contract.Payment{
		ID: "pay_1", Amount: 1000, Credits: 1000, Currency: "USD", Status: contract.PaymentSucceeded,
		PackageID: "starter", ReceiptURL: &receipt, CreatedAt: paid,
	}}
}
