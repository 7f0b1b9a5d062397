package dashboard

import (
	"crypto/subtle"
	"errors"
	"net/http"

	"github.com/gin-gonic/gin"

	"github.com/mintfax/mintfax/services/gateway/internal/sessions"
)

const (
	formLimit    = 32 << 10 // bytes
	csrfField    = "csrf"
	signInCookie = "mintfax_signin"
)

// form reads the body of a form.
func (d *Dashboard) form(c *gin.Context) {
	c.Request.Body = http.MaxBytesReader(c.Writer, c.Request.Body, formLimit)
	err := c.Request.ParseForm()
	if err == nil {
		return
	}
	c.Abort()
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		d.problem(c, problem{Status: http.StatusRequestEntityTooLarge, Title: "That was too much", Text: "The form is larger than it can be.", Retry: homePath})
		return
	}
	d.problem(c, problem{Status: http.StatusBadRequest, Title: "The form could not be read", Text: "Please go back and try again.", Retry: homePath})
}

// signInToken is the token of the sign-in forms. There is no session to bind it to yet, so it is bound
// to a cookie, which another site can neither read nor send along with a form of its own.
func (d *Dashboard) signInToken(c *gin.Context) string {
	token := d.cookies.Read(c.Request, signInCookie)
	if sessions.WellFormed(token) {
		return token
	}
	token = sessions.NewSecret()
	http.SetCookie(c.Writer, d.cookies.Visit(signInCookie, token))
	return token
}

// signInFormIsOurs judges a sign-in form, and answers when it is not.
func (d *Dashboard) signInFormIsOurs(c *gin.Context) bool {
	token := d.cookies.Read(c.Request, signInCookie)
	if sessions.WellFormed(token) && same(token, c.PostForm(csrfField)) {
		return true
	}
	d.foreignForm(c, signInPath)
	return false
}

func (d *Dashboard) foreignForm(c *gin.Context, retry string) {
	d.problem(c, problem{
		Status: http.StatusForbidden, Title: "This form is out of date",
		Text:  "It was opened in another session, or cookies are switched off. Nothing was done. Please reload the page and try again.",
		Retry: retry,
	})
}

func same(a, b string) bool {
	return a != "" && subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1
}
