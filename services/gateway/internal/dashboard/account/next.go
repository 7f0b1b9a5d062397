package account

import (
	"net/url"
	"path"
	"strings"

	"github.com/mintfax/mintfax/services/gateway/internal/dashboard/ui"
)

// afterSignIn returns where a sign-in leads: raw if it is a page of the dashboard, else the start page. A link to the
// sign-in page cannot lead to another site.
func afterSignIn(raw string) string {
	parsed, err := url.Parse(raw)
	if err != nil || strings.ContainsFunc(raw, func(r rune) bool { return r == '\\' || r <= ' ' || r > '~' }) {
		return ui.HomePath
	}
	local := parsed.Scheme == "" && parsed.Host == "" && parsed.User == nil && parsed.Opaque == ""
	ours := parsed.Path == ui.HomePath || strings.HasPrefix(parsed.Path, ui.HomePath+"/")
	if !local || !ours || parsed.RawPath != "" || path.Clean(parsed.Path) != parsed.Path || strings.Contains(parsed.Path, `\`) {
		return ui.HomePath
	}
	return parsed.RequestURI()
}
