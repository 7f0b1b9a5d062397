package ui

import (
	"crypto/subtle"
	"errors"
	"net/http"

	"github.com/gin-gonic/gin"
)

const maxFormBytes = 32 << 10

// Fields of forms.
const (
	CSRFField = "csrf"
	// OnceField is a new secret in each form that is shown. A form that is sent twice takes effect once.
	OnceField = "once"
)

// ParseForm is middleware that reads a form without files.
func (s *Site) ParseForm(c *gin.Context) {
	c.Request.Body = http.MaxBytesReader(c.Writer, c.Request.Body, maxFormBytes)
	err := c.Request.ParseForm()
	if err == nil {
		return
	}
	c.Abort()
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		s.problem(c, Problem{Status: http.StatusRequestEntityTooLarge, Title: "That was too much", Text: "The form is larger than it can be.", Retry: HomePath})
		return
	}
	s.problem(c, Problem{Status: http.StatusBadRequest, Title: "The form could not be read", Text: "Please go back and try again.", Retry: HomePath})
}

// RefuseForm rejects a form with the wrong CSRF token.
func (s *Site) RefuseForm(c *gin.Context, retry string) {
	s.problem(c, Problem{
		Status: http.StatusForbidden, Title: "This form is out of date",
		Text:  "It was opened in another session, or cookies are switched off. Nothing was done. Please reload the page and try again.",
		Retry: retry,
	})
}

// TokensEqual compares two tokens in constant time. Empty ones are never equal.
func TokensEqual(a, b string) bool {
	return a != "" && subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1
}
