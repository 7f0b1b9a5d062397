package web

import (
	"strings"

	"github.com/gin-gonic/gin"
)

// Headers sets the headers of every page. The page loads only our stylesheet, script and images, its script connects
// only to us, no site can frame it, and its forms lead to us. Browsers apply form-action to redirects as well, so a form
// whose response redirects elsewhere needs that origin in formOrigins.
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
