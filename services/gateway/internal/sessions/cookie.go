package sessions

import (
	"net/http"
	"strings"
)

// CookieName is the name of the session's cookie.
const CookieName = "mintfax_session"

// Cookies makes the cookies of the dashboard.
type Cookies struct {
	secure bool
}

// NewCookies returns cookies for the given public address; with https they are never sent without it.
func NewCookies(publicURL string) Cookies {
	return Cookies{secure: strings.HasPrefix(publicURL, "https://")}
}

// Session carries a session's token. SameSite is Lax, since the way back from Stripe's page is a link
// from another site.
func (c Cookies) Session(token string) *http.Cookie {
	return c.make(CookieName, token, int(Lifetime.Seconds()))
}

// End takes the session's cookie away.
func (c Cookies) End() *http.Cookie {
	return c.make(CookieName, "", -1)
}

// Visit carries a value until the browser is closed.
func (c Cookies) Visit(name, value string) *http.Cookie {
	return c.make(name, value, 0)
}

func (c Cookies) make(name, value string, maxAge int) *http.Cookie {
	return &http.Cookie{
		Name: name, Value: value, Path: "/", MaxAge: maxAge,
		HttpOnly: true, Secure: c.secure, SameSite: http.SameSiteLaxMode,
	}
}
