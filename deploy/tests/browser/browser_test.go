package browser_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/deploy/tests/browser"
)

// The checks that every test of the dashboard leaves to this package must be able to fail.
func TestBarriersAndLooseContentPoliciesAreFound(t *testing.T) {
	t.Parallel()
	page := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		if r.URL.Path == "/loose" {
			w.Header().Set("Content-Security-Policy", "script-src 'unsafe-inline'")
		}
		fmt.Fprint(w, `<!doctype html><html lang="en"><title>Page</title><link rel="icon" href="data:,">
			<main><h1>Page</h1><p style="color:#bbb">Faint</p><input type="text"></main></html>`)
	}))
	defer page.Close()
	const policy = "Content-Security-Policy"
	tab := browser.Start(t, policy)
	tab.Open(page.URL + "/none")
	barriers := tab.Barriers()
	require.Len(t, barriers, 2)
	require.Contains(t, barriers[0], "color-contrast")
	require.Contains(t, barriers[1], "label")
	tab.Open(page.URL + "/loose")
	require.Len(t, tab.Problems(), 2)
	require.Contains(t, tab.Problems()[0], `/none has the Content-Security-Policy ""`)
	require.Contains(t, tab.Problems()[1], "unsafe-inline")
}
