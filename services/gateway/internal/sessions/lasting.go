package sessions

import (
	"net/http"
	"time"
)

// lasting is as long as auth knows a browser.
const lasting = 180 * 24 * time.Hour

// Lasting carries a value beyond the end of the browser.
func (c Cookies) Lasting(name, value string) *http.Cookie {
	return c.make(name, value, int(lasting.Seconds()))
}
