package system_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/deploy/tests/browser"
)

func TestAnotherAccountsIdsAreNotFoundOnAnyPageOrForm(t *testing.T) {
	t.Parallel()
	b := setup(t)
	owner, stranger := b.account(t), b.account(t)
	fax := b.faxID(t, owner, "+15005550001")
	tab := browser.Start(t, refusedPage)
	b.signIn(t, tab, owner)
	key, environment := b.linkUnder(t, tab, "/keys/"), b.linkUnder(t, tab, "/environments/")
	for _, path := range []string{"/faxes/" + fax, key, environment} {
		require.Equal(t, http.StatusOK, status(tab, "/dashboard"+path, ""), path)
	}

	other := browser.Start(t, refusedPage)
	b.signIn(t, other, stranger)
	other.Open(b.BaseURL + "/dashboard/settings")
	for _, path := range []string{"/faxes/" + fax, key, environment, "/faxes?environment=" + strings.TrimPrefix(environment, "/environments/")} {
		require.Equal(t, http.StatusNotFound, status(other, "/dashboard"+path, ""), path)
	}
	for _, path := range []string{key + "/rotate", key + "/revoke", environment} {
		require.Equal(t, http.StatusNotFound, status(other, "/dashboard"+path, "name=x&overlap=none&sure=yes"), path)
	}
	require.Equal(t, http.StatusOK, status(tab, "/dashboard"+key, ""), "it still works")
}

func TestSigningOutEverywhereEndsTheSessionsOfOtherBrowsers(t *testing.T) {
	t.Parallel()
	b := setup(t)
	a := b.account(t)
	tab, other := browser.Start(t, refusedPage), browser.Start(t, refusedPage)
	b.signIn(t, other, a)
	b.signIn(t, tab, a)
	tab.Open(b.BaseURL + "/dashboard/settings")
	tab.Click("Sign out everywhere")
	tab.See("There is no password")
	other.Open(b.BaseURL + "/dashboard/keys")
	other.See("There is no password")
}

// status requests a path of the dashboard from the open page, or posts a form with the page's token.
func status(tab *browser.Tab, path, form string) (code int) {
	tab.Evaluate(fmt.Sprintf(`(() => {
		const request = new XMLHttpRequest(), form = %q;
		request.open(form ? "POST" : "GET", %q, false);
		request.setRequestHeader("Content-Type", "application/x-www-form-urlencoded");
		request.send(form ? form + "&csrf=" + encodeURIComponent(document.querySelector("[name=csrf]").value) : null);
		return request.status;
	})()`, form, path), &code)
	return code
}
