package system_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/deploy/stack/apiclient"
	"github.com/mintfax/mintfax/deploy/tests/browser"
	"github.com/mintfax/mintfax/shared/ids"
)

// refusedPage is on the console when a page is answered 402, 403 or 422: it is no fault of the page.
const refusedPage = "Failed to load resource: the server responded with a status of 4"

// signIn signs a user in to the dashboard by a mailed code.
func (b bench) signIn(t *testing.T, tab *browser.Tab, a apiclient.Account) {
	t.Helper()
	tab.Open(b.BaseURL + "/dashboard/sign-in")
	tab.Fill("E-mail", a.Email)
	asked := time.Now()
	tab.Click("Mail me a code")
	tab.See("Enter the code")
	tab.Fill("Code", b.code(t, a.Email, asked))
	tab.Click("Sign in")
	tab.See("The last 24 hours")
}

func (b bench) code(t *testing.T, email string, asked time.Time) string {
	t.Helper()
	code, err := b.Code(t.Context(), email, asked)
	require.NoError(t, err)
	return code
}

func payByCard(tab *browser.Tab, card string) {
	tab.Fill("Card number", card)
	tab.Fill("Month", "12")
	tab.Fill("Year", "2034")
	tab.Fill("CVC", "123")
}

func TestAPersonRegistersSendsAFaxAndActivatesLiveByClicking(t *testing.T) {
	t.Parallel()
	b := setup(t)
	tab := browser.Start(t, refusedPage)
	email := strings.ToLower(ids.Base62(16)) + "@system.example"
	tab.Open(b.BaseURL + "/dashboard")
	tab.Click("Create one")
	tab.Fill("Name of your organisation", "Clinic")
	tab.Fill("E-mail", email)
	asked := time.Now()
	tab.Click("Mail me a code")
	tab.See("is on its way")
	tab.Fill("Code", b.code(t, email, asked))
	tab.Click("Create the account")
	tab.See("Welcome to mintfax", "Waiting for your first fax")
	var key string
	tab.Evaluate(`document.getElementById("test-key").textContent`, &key)
	b.fax(t, http.StatusCreated, key, "+15005550001")
	tab.See("Your first fax, to +15005550001", "Delivered") // by itself

	tab.Click("I have kept the keys: go to the dashboard")
	tab.Click("Activate Live")
	payByCard(tab, apiclient.CardDeclined)
	tab.Click("Pay $10.00")
	tab.See("declined")
	tab.Click("Cancel")
	tab.See("Nothing was charged and nothing changed.")
	tab.Click("Activate Live")
	tab.See("Pay mintfax")
	tab.Back()
	tab.See("What waits for activation")
	tab.Evaluate(`document.querySelector("form.activation").requestSubmit()`, nil) // the page that came back can be used again
	tab.See("Pay mintfax")
	payByCard(tab, apiclient.CardRequiresAuthentication)
	tab.Click("Pay $10.00")
	tab.See("Your bank asks")
	tab.Click("Refuse")
	tab.See("unable to authenticate")
	payByCard(tab, apiclient.CardRequiresAuthentication)
	tab.Click("Pay $10.00")
	tab.See("Your bank asks")
	tab.ClickTwice("Confirm")
	tab.See("Live is activated", "1,000 credits", "$10.00")
	require.EqualValues(t, 1, b.number(t, `SELECT count(*) FROM billing.payments p JOIN auth.accounts a ON a.id = p.account_id WHERE a.email = $1`, email))

	tab.Click("Send a live fax")
	tab.See("Documents")
	var hosts []string
	for host := range tab.Hosts() {
		hosts = append(hosts, host)
	}
	require.ElementsMatch(t, []string{hostOf(t, b.BaseURL), hostOf(t, instance.Env()["STRIPE_API_URL"])}, hosts)
}

func hostOf(t *testing.T, address string) string {
	t.Helper()
	parsed, err := url.Parse(address)
	require.NoError(t, err)
	return parsed.Host
}

func TestActivationWorksByKeyboardAlone(t *testing.T) {
	t.Parallel()
	b := setup(t)
	tab, a := browser.Start(t, refusedPage), b.account(t)
	b.signIn(t, tab, a)
	tab.Open(b.BaseURL + "/dashboard/activate")
	tabTo(t, tab, "Starter")
	tab.Press(kb.ArrowDown)
	tabTo(t, tab, "Activate Live")
	tab.Press(kb.Enter)
	tab.See("$40.00")
	eventually(t, "the first field to have the focus", func() (has bool) {
		tab.Evaluate(`document.activeElement?.id === "card_number"`, &has)
		return has
	})
	for _, value := range []string{apiclient.CardPays, "12", "2034", "123"} {
		tab.Press(value + kb.Tab)
	}
	tab.Press(kb.Enter)
	tab.See("Live is activated", "5,000 credits")
}

// tabTo presses Tab until something with these words has the focus.
func tabTo(t *testing.T, tab *browser.Tab, words string) {
	t.Helper()
	for range 40 {
		tab.Press(kb.Tab)
		var focused string
		tab.Evaluate(`(e => (e?.labels?.length ? e.labels[0] : e)?.innerText || "")(document.activeElement)`, &focused)
		if strings.Contains(focused, words) {
			return
		}
	}
	require.Fail(t, "Tab does not come to "+words)
}

func TestTheDashboardWorksWithoutScript(t *testing.T) {
	t.Parallel()
	b := setup(t)
	tab, a := browser.Start(t, refusedPage), b.account(t)
	tab.WithoutScript()
	b.signIn(t, tab, a)
	tab.Click("Activate Live")
	payByCard(tab, apiclient.CardPays)
	tab.ClickTwice("Pay $10.00")
	tab.See("Live is activated")
	tab.Click("Keys")
	tab.Fill("Name of the key", "Printer")
	tab.Click("Make the key")
	tab.See("is shown here and never again")
	tab.Click("Sign out")
	tab.See("There is no password")
}

func TestTheFirstLoadOfTheStartPageIsUnderAHundredKilobytes(t *testing.T) {
	t.Parallel()
	const loads, limit = 20, 100_000
	b := setup(t)
	tab, a := browser.Start(t, refusedPage), b.account(t)
	b.signIn(t, tab, a)
	var took []float64
	for range loads {
		tab.ForgetCache()
		tab.Open(b.BaseURL + "/dashboard")
		var load struct{ Bytes, MS float64 }
		tab.Evaluate(`(() => {
			const page = performance.getEntriesByType("navigation")[0];
			const all = [page, ...performance.getEntriesByType("resource")];
			return { Bytes: all.reduce((sum, r) => sum + r.transferSize, 0), MS: page.loadEventStart };
		})()`, &load)
		require.Positive(t, load.Bytes)
		require.Less(t, load.Bytes, float64(limit))
		took = append(took, load.MS)
		if len(took) == loads {
			slices.Sort(took)
			t.Logf("%.0f bytes; load event after %.0f ms (median of %d with an empty cache), at most %.0f ms", load.Bytes, took[loads/2], loads, took[loads-1])
		}
	}
}
