package dashboard

import (
	"net/http"
	"net/url"
	"path"
	"strings"

	"github.com/gin-gonic/gin"
)

// afterSignIn is where a sign-in leads: raw, when that is a page of the dashboard, so that a link to the
// sign-in page cannot send anybody to another site.
func afterSignIn(raw string) string {
	parsed, err := url.Parse(raw)
	if err != nil || strings.ContainsFunc(raw, func(r rune) bool { return r == '\\' || r <= ' ' || r > '~' }) {
		return homePath
	}
	local := parsed.Scheme == "" && parsed.Host == "" && parsed.User == nil && parsed.Opaque == ""
	ours := parsed.Path == homePath || strings.HasPrefix(parsed.Path, homePath+"/")
	if !local || !ours || parsed.RawPath != "" || path.Clean(parsed.Path) != parsed.Path || strings.Contains(parsed.Path, `\`) {
		return homePath
	}
	return parsed.RequestURI()
}

// signInFirst sends a person to the sign-in page and afterwards to next.
func signInFirst(c *gin.Context, next string) {
	seeOther(c, signInPath+"?"+url.Values{"next": {next}}.Encode())
}

func seeOther(c *gin.Context, target string) {
	c.Redirect(http.StatusSeeOther, target)
}
