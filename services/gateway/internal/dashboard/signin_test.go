package dashboard_test

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/services/gateway/internal/dashboard"
	"github.com/mintfax/mintfax/services/gateway/internal/dashboard/ui"
	"github.com/mintfax/mintfax/shared/contract"
)

func TestUserSignsInWithAMailedCode(t *testing.T) {
	f := newFixture(t, nil)
	v := f.browser(t)
	require.Equal(t, "/dashboard/sign-in?next=%2Fdashboard", v.get("/dashboard").header.Get("Location"))

	sent := v.get("/dashboard/activate?session_id=cs_1&x=a%26b")
	require.Equal(t, http.StatusSeeOther, sent.status)
	form := v.get(sent.header.Get("Location"))
	require.Equal(t, http.StatusOK, form.status)
	fields := url.Values{"csrf": {form.field(t, "csrf")}, "next": {form.field(t, "next")}, "email": {" ada@example.com "}}
	code := v.post("/dashboard/sign-in", fields)
	require.Equal(t, http.StatusOK, code.status)
	require.Equal(t, "123456", f.codes["ada@example.com"])

	fields.Set("email", code.field(t, "email"))
	fields.Set("code", "999999")
	wrong := v.post("/dashboard/sign-in/code", fields)
	require.Equal(t, http.StatusUnprocessableEntity, wrong.status)
	require.Contains(t, wrong.body, "That code is wrong")

	fields.Set("code", " 123 456 ")
	done := v.post("/dashboard/sign-in/code", fields)
	require.Equal(t, http.StatusSeeOther, done.status)
	require.Equal(t, "/dashboard/activate?session_id=cs_1&x=a%26b", done.header.Get("Location"))
	cookie := done.header.Get("Set-Cookie")
	for _, flag := range []string{"mintfax_session" + "=", "Path=/;", "Max-Age=43200", "HttpOnly", "SameSite=Lax"} {
		require.Contains(t, cookie, flag)
	}
	require.NotContains(t, cookie, "Secure")
	require.Equal(t, "/dashboard", v.get("/dashboard/sign-in").header.Get("Location"), "who is signed in is not asked again")
}

func TestCodeBelongsToItsBrowserWhoseCookieItReplaces(t *testing.T) {
	f := newFixture(t, nil)
	v := f.browser(t)
	planted := v.get("/dashboard/sign-in").field(t, "csrf")
	fields := url.Values{"csrf": {planted}, "email": {"ada@example.com"}}
	asked := v.post("/dashboard/sign-in", fields)
	require.Contains(t, asked.body, "KMQX", "the reference in its mail")
	fields.Set("reference", asked.field(t, "reference"))
	fields.Set("code", "999999")
	require.Contains(t, v.post("/dashboard/sign-in/code", fields).body, "KMQX")
	fields.Set("code", "123456")
	done := v.post("/dashboard/sign-in/code", fields)
	require.Equal(t, http.StatusSeeOther, done.status)

	require.Len(t, f.proofs, 2)
	wrong, right := f.proofs[0], f.proofs[1]
	require.Equal(t, f.requesters[0], right.Requester)
	require.Equal(t, contract.Requester{Browser: digest(planted), Network: "127.0.0.1"}, right.Requester)
	fresh := ""
	for _, cookie := range (&http.Response{Header: done.header}).Cookies() {
		if cookie.Name == "mintfax_signin" {
			require.Positive(t, cookie.MaxAge, "the browser is known tomorrow, too")
			fresh = cookie.Value
		}
	}
	require.True(t, ui.WellFormed(fresh))
	require.NotEqual(t, planted, fresh)
	require.Equal(t, digest(fresh), right.Next)
	require.NotEqual(t, right.Next, wrong.Next)
}

func digest(cookie string) string {
	sum := sha256.Sum256([]byte(cookie))
	return hex.EncodeToString(sum[:])
}

func TestCookiesAreSecureWithHTTPS(t *testing.T) {
	f := newFixture(t, func(c *dashboard.Config) { c.PublicURL = "https://fax.example" })
	cookie := f.browser(t).get("/dashboard/sign-in").header.Get("Set-Cookie")
	require.Contains(t, cookie, "Secure")
	require.Contains(t, cookie, "HttpOnly")
	require.Contains(t, cookie, "SameSite=Lax")
}

func TestInvalidEmailIsAskedForAgain(t *testing.T) {
	v := newFixture(t, nil).browser(t)
	form := v.get("/dashboard/sign-in")
	again := v.post("/dashboard/sign-in", url.Values{"csrf": {form.field(t, "csrf")}, "email": {`"><script>`}})
	require.Equal(t, http.StatusUnprocessableEntity, again.status)
	require.Contains(t, again.body, "not an e-mail address")
	require.NotContains(t, again.body, "<script>")
}

func TestSignInRedirectsOnlyWithinTheDashboard(t *testing.T) {
	f := newFixture(t, nil)
	for next, want := range map[string]string{
		"":                                     "/dashboard",
		"/dashboard":                           "/dashboard",
		"/dashboard/activate?session_id=cs_9":  "/dashboard/activate?session_id=cs_9",
		"/dashboardx":                          "/dashboard",
		"/v1/account":                          "/dashboard",
		"https://evil.example/dashboard":       "/dashboard",
		"//evil.example/dashboard/activate":    "/dashboard",
		`/\evil.example/dashboard`:             "/dashboard",
		`/dashboard/..\..\\evil.example`:       "/dashboard",
		`/dashboard/%5c%5cevil.example`:        "/dashboard",
		"/dashboard/..//evil.example":          "/dashboard",
		"/dashboard//evil.example":             "/dashboard",
		"/dashboard/%2e%2e/%2f/evil.example":   "/dashboard",
		"javascript:alert(1)":                  "/dashboard",
		"/dashboard/activate\r\nSet-Cookie: a": "/dashboard",
		"\t//evil.example":                     "/dashboard",
	} {
		v := f.browser(t)
		form := v.get("/dashboard/sign-in?" + url.Values{"next": {next}}.Encode())
		require.Equal(t, want, form.field(t, "next"), "%q on the form", next)
		fields := url.Values{"csrf": {form.field(t, "csrf")}, "email": {"ada@example.com"}, "next": {next}}
		v.post("/dashboard/sign-in", fields)
		fields.Set("code", "123456")
		done := v.post("/dashboard/sign-in/code", fields)
		require.Equal(t, want, done.header.Get("Location"), "%q after the code", next)
	}
}

func TestSignInFormOfAnotherSiteIsRefused(t *testing.T) {
	f := newFixture(t, nil)
	foreign := f.browser(t).get("/dashboard/sign-in").field(t, "csrf")
	for _, path := range []string{"/dashboard/sign-in", "/dashboard/sign-in/code"} {
		for _, token := range []string{"", "x", foreign} {
			v := f.browser(t)
			form := url.Values{"csrf": {token}, "email": {"ada@example.com"}, "code": {"123456"}}
			require.Equal(t, http.StatusForbidden, v.post(path, form).status, "without a cookie")
			v.get("/dashboard/sign-in")
			refused := v.post(path, form)
			require.Equal(t, http.StatusForbidden, refused.status)
			require.Contains(t, refused.body, "reload the page and try again")
		}
	}
	require.Empty(t, f.codes)
}

func TestSignInAttemptsAreLimited(t *testing.T) {
	f := newFixture(t, nil)
	v := f.browser(t)
	form := url.Values{"csrf": {v.get("/dashboard/sign-in").field(t, "csrf")}, "email": {"ada@example.com"}}
	f.limited = true
	for _, path := range []string{"/dashboard/sign-in", "/dashboard/sign-in/code"} {
		refused := v.post(path, form)
		require.Equal(t, http.StatusTooManyRequests, refused.status)
		require.Contains(t, refused.body, "Too many tries")
		require.Equal(t, "7", refused.header.Get("Retry-After"))
	}
	require.Empty(t, f.codes)
}

func TestFormSizeIsBounded(t *testing.T) {
	v := newFixture(t, nil).browser(t)
	form := url.Values{"csrf": {v.get("/dashboard/sign-in").field(t, "csrf")}, "email": {strings.Repeat("a", 33<<10)}}
	require.Equal(t, http.StatusRequestEntityTooLarge, v.post("/dashboard/sign-in", form).status)
}

func TestSigningOutEndsTheSession(t *testing.T) {
	f := newFixture(t, nil)
	v, elsewhere := f.browser(t), f.browser(t)
	v.signIn()
	elsewhere.signIn()
	site, err := url.Parse(f.server.URL)
	require.NoError(t, err)
	kept := v.http.Jar.Cookies(site)
	other := elsewhere.get("/dashboard/activate").field(t, "csrf")
	require.Equal(t, http.StatusForbidden, v.post("/dashboard/sign-out", url.Values{"csrf": {other}}).status)

	csrf := v.get("/dashboard/activate").field(t, "csrf")
	out := v.post("/dashboard/sign-out", url.Values{"csrf": {csrf}})
	require.Equal(t, "/dashboard/sign-in", out.header.Get("Location"))
	v.http.Jar.SetCookies(site, kept)
	require.Equal(t, http.StatusSeeOther, v.get("/dashboard/activate").status, "the old cookie is worth nothing")
	require.Equal(t, http.StatusOK, elsewhere.get("/dashboard/activate").status)
}

func TestWithoutRedisPagesAreUnavailable(t *testing.T) {
	gone := redis.NewClient(&redis.Options{Addr: "127.0.0.1:1", MaxRetries: -1})
	t.Cleanup(func() { _ = gone.Close() })
	f := newFixture(t, func(c *dashboard.Config) { c.Redis = gone })
	v := f.browser(t)
	site, err := url.Parse(f.server.URL)
	require.NoError(t, err)
	v.http.Jar.SetCookies(site, []*http.Cookie{{Name: "mintfax_session", Value: ui.NewSecret()}})
	for _, path := range []string{"/dashboard/activate", "/dashboard/sign-in"} {
		away := v.get(path)
		require.Equal(t, http.StatusServiceUnavailable, away.status)
		require.NotEmpty(t, away.header.Get("Retry-After"))
		require.Contains(t, away.body, "Try again")
	}
}
