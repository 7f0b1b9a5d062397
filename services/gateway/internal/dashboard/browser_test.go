package dashboard_test

import (
	"html"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// browser is an HTTP client that shows redirects instead of following them.
type browser struct {
	t    *testing.T
	site string
	http *http.Client
}

func (f *fixture) browser(t *testing.T) *browser {
	t.Helper()
	jar, err := cookiejar.New(nil)
	require.NoError(t, err)
	client := &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	return &browser{t: t, site: f.server.URL, http: client}
}

type page struct {
	status int
	header http.Header
	body   string
}

func (v *browser) get(path string) page {
	v.t.Helper()
	response, err := v.http.Get(v.site + path)
	require.NoError(v.t, err)
	return v.read(response)
}

func (v *browser) post(path string, form url.Values) page {
	v.t.Helper()
	response, err := v.http.PostForm(v.site+path, form)
	require.NoError(v.t, err)
	return v.read(response)
}

func (v *browser) read(response *http.Response) page {
	v.t.Helper()
	defer response.Body.Close()
	var body strings.Builder
	_, err := io.Copy(&body, response.Body)
	require.NoError(v.t, err)
	p := page{response.StatusCode, response.Header, body.String()}
	if p.status != http.StatusTooManyRequests {
		require.Equal(v.t, "no-store", p.header.Get("Cache-Control"))
		require.Equal(v.t, "nosniff", p.header.Get("X-Content-Type-Options"))
		require.Equal(v.t, "no-referrer", p.header.Get("Referrer-Policy"))
		require.Equal(v.t, "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self'; form-action 'self' "+stripeOrigin+
			"; base-uri 'none'; frame-ancestors 'none'", p.header.Get("Content-Security-Policy"))
	}
	return p
}

// field reads a hidden field of the page.
func (p page) field(t *testing.T, name string) string {
	t.Helper()
	found := regexp.MustCompile(`name="` + name + `" value="([^"]*)"`).FindStringSubmatch(p.body)
	require.NotNil(t, found, "the page has a field %s:\n%s", name, p.body)
	return html.UnescapeString(found[1])
}

// link is what a pattern finds in the page.
func (p page) link(t *testing.T, pattern string) string {
	t.Helper()
	found := regexp.MustCompile(pattern).FindStringSubmatch(p.body)
	require.NotNil(t, found, "the page has %s:\n%s", pattern, p.body)
	return found[1]
}

func (v *browser) signIn() {
	v.t.Helper()
	form := v.get("/dashboard/sign-in")
	code := v.post("/dashboard/sign-in", url.Values{"csrf": {form.field(v.t, "csrf")}, "email": {"ada@example.com"}})
	done := v.post("/dashboard/sign-in/code", url.Values{
		"csrf": {code.field(v.t, "csrf")}, "email": {code.field(v.t, "email")}, "code": {"123456"},
	})
	require.Equal(v.t, http.StatusSeeOther, done.status)
}
