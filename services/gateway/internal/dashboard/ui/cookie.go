package ui

import (
	"net/http"
	"strings"
	"time"
)

const sessionName = "mintfax_session"

// hostPrefix has browsers refuse a cookie of that name unless this host set it over https and for all paths (RFC 6265bis,
// section 4.1.3.2), so that no other host of the domain can plant one.
const hostPrefix = "__Host-"

// Cookies makes the cookies of the dashboard.
type Cookies struct {
	secure bool
}

// NewCookies returns cookies for the given public address; with https they are never sent without it.
func NewCookies(publicURL string) Cookies {
	return Cookies{secure: strings.HasPrefix(publicURL, "https://")}
}

// Session carries a session's token. SameSite is Lax, since the return from Stripe's page is a link from another site.
func (c Cookies) Session(token string) *http.Cookie {
	return c.make(sessionName, token, int(SessionLifetime.Seconds()))
}

// End deletes the session's cookie.
func (c Cookies) End() *http.Cookie {
	return c.make(sessionName, "", -1)
}

// BrowserSession carries a value until the browser is closed.
func (c Cookies) BrowserSession(name, value string) *http.Cookie {
	return c.make(name, value, 0)
}

// ReadSession returns the session's token of a request, or the empty string.
func (c Cookies) ReadSession(r *http.Request) string { return c.Read(r, sessionName) }

// Read returns the value of a cookie of a request, or the empty string.
func (c Cookies) Read(r *http.Request, name string) string {
	cookie, err := r.Cookie(c.named(name))
	if err != nil {
		return ""
	}
	return cookie.Value
}

func (c Cookies) named(name string) string {
	if c.secure {
		return hostPrefix + name
	}
	return name
}

func (c Cookies) make(name, value string, maxAge int) *http.Cookie {
	return &http.Cookie{
		Name: c.named(name), Value: value, Path: "/", MaxAge: maxAge,
		HttpOnly: true, Secure: c.secure, SameSite: http.SameSiteLaxMode,
	}
}

// browserLifetime is how long auth recognizes a browser.
const browserLifetime = 180 * 24 * time.Hour

// Lasting carries a value beyond the end of the browser.
func (c Cookies) Lasting(name, value string) *http.Cookie {
	return c.make(name, value, int(browserLifetime.Seconds()))
}
