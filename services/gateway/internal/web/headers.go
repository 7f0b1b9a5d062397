package web

import (
	"strings"

	"github.com/gin-gonic/gin"
)

// Headers sets the headers of every page: nothing is loaded but our own stylesheet, script and images, the
// script talks to us alone, nobody frames the page, and its forms lead to ourselves. Browsers apply
// form-action to redirects too, so a form whose answer leads elsewhere needs that origin in formOrigins.
func Headers(formOrigins ...string) gin.HandlerFunc {
	targets := strings.Join(append([]string{"'self'"}, formOrigins...), " ")
	policy := "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self'; form-action " + targets +
		"; base-uri 'none'; frame-ancestors 'none'"
	return func(c *gin.Context) {
		c.Header("Content-Security-Policy", policy)
		c.Header("X-Content-Type-Options", "nosniff")
		c.Header("Referrer-Policy", "no-referrer")
	}
}
