package system_test

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/deploy/stack/apiclient"
	"github.com/mintfax/mintfax/deploy/tests/browser"
	"github.com/mintfax/mintfax/shared/ids"
)

const (
	desk  = 1280 // pixels
	phone = 375
)

// inspect checks the open page at desktop and phone widths, in light and in dark: it must not scroll
// sideways, and it must be accessible. With SCREENSHOTS_DIR, which `make
// screenshots` sets, it writes four pictures there.
func inspect(t *testing.T, tab *browser.Tab, name string) {
	t.Helper()
	for _, width := range []int64{phone, desk} {
		tab.Size(width, 800)
		var wide int64
		tab.Evaluate(`document.scrollingElement.scrollWidth`, &wide)
		require.LessOrEqual(t, wide, width, "%s at %d pixels", name, width)
		for scheme, dark := range map[string]bool{"light": false, "dark": true} {
			tab.Dark(dark)
			require.Empty(t, tab.Barriers(), "%s at %d pixels, %s", name, width, scheme)
			if dir := os.Getenv("SCREENSHOTS_DIR"); dir != "" {
				file := filepath.Join(dir, fmt.Sprintf("%s-%d-%s.png", name, width, scheme))
				require.NoError(t, os.WriteFile(file, tab.Screenshot(), 0o600))
			}
		}
		tab.Dark(false)
	}
}

func TestEveryPageOfANewAccountFitsAPhoneAndADesk(t *testing.T) {
	t.Parallel()
	b := setup(t)
	tab := browser.Start(t, refusedPage)
	email := strings.ToLower(ids.Base62(16)) + "@system.example"
	tab.Open(b.BaseURL + "/dashboard/sign-in")
	inspect(t, tab, "sign-in")
	tab.Fill("E-mail", email)
	tab.Click("Mail me a code")
	tab.See("Enter the code")
	inspect(t, tab, "sign-in-code")
	tab.Open(b.BaseURL + "/dashboard/register")
	inspect(t, tab, "register")
	tab.Fill("Name of your organisation", "Clinic")
	tab.Fill("E-mail", email)
	asked := time.Now()
	tab.Click("Mail me a code")
	tab.See("is on its way")
	inspect(t, tab, "register-code")
	tab.Fill("Code", b.code(t, email, asked))
	tab.Click("Create the account")
	tab.See("Welcome to mintfax")
	inspect(t, tab, "welcome")
	for name, path := range map[string]string{
		"new-home": "", "new-activate": "/activate", "new-activate-cancelled": "/activate?checkout=cancelled", "new-faxes": "/faxes",
		"new-send": "/faxes/new", "new-billing": "/billing", "new-payments": "/payments", "new-transactions": "/transactions",
	} {
		tab.Open(b.BaseURL + "/dashboard" + path)
		inspect(t, tab, name)
	}
}

func TestEveryPageOfAnActivatedAccountFitsAPhoneAndADesk(t *testing.T) {
	t.Parallel()
	b := setup(t)
	tab, a := browser.Start(t, refusedPage), b.account(t)
	b.activate(t, a)
	delivered, failed := b.faxID(t, a, "+15005550001"), b.faxID(t, a, "+15005550002")
	b.signIn(t, tab, a)
	pages := map[string]string{
		"home": "", "faxes": "/faxes", "fax-delivered": "/faxes/" + delivered, "fax-failed": "/faxes/" + failed, "send": "/faxes/new",
		"keys": "/keys", "key": b.linkUnder(t, tab, "/keys/"), "environment": b.linkUnder(t, tab, "/environments/"),
		"billing": "/billing", "payments": "/payments", "transactions": "/transactions", "transactions-sandbox": "/transactions?pool=sandbox",
		"settings": "/settings", "not-found": "/faxes/fax_unknown",
	}
	for name, path := range pages {
		tab.Open(b.BaseURL + "/dashboard" + path)
		inspect(t, tab, name)
	}
	tab.Open(b.BaseURL + "/dashboard/keys")
	tab.Fill("Name of the key", "Printer")
	tab.Click("Make the key")
	tab.See("is shown here and never again")
	inspect(t, tab, "new-key")
}

// faxID sends a sandbox fax and returns its id once it has ended.
func (b bench) faxID(t *testing.T, a apiclient.Account, to string) string {
	t.Helper()
	var fax struct{ ID string }
	require.NoError(t, b.fax(t, http.StatusCreated, a.TestKey, to).Decode(&fax))
	eventually(t, to+" to end", func() bool {
		ended := b.status(t, a.TestKey, fax.ID).Status
		return ended == "delivered" || ended == "failed"
	})
	return fax.ID
}

// linkUnder is the path of the first link on the page of keys that begins with prefix, both without /dashboard.
func (b bench) linkUnder(t *testing.T, tab *browser.Tab, prefix string) (path string) {
	t.Helper()
	tab.Open(b.BaseURL + "/dashboard/keys")
	tab.Evaluate(fmt.Sprintf(`[...document.links].map(l => l.pathname).find(p => p.startsWith("/dashboard%s")) || ""`, prefix), &path)
	require.NotEmpty(t, path)
	return strings.TrimPrefix(path, "/dashboard")
}
