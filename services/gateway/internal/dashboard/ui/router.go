package ui

import (
	"github.com/gin-gonic/gin"

	"github.com/mintfax/mintfax/services/gateway/internal/web"
)

// The paths of the dashboard that several packages link to.
const (
	HomePath     = "/dashboard"
	ActivatePath = "/dashboard/activate"
	SignInPath   = "/dashboard/sign-in"
	FaxesPath    = "/dashboard/faxes"
	KeysPath     = "/dashboard/keys"
	BillingPath  = "/dashboard/billing"
	SettingsPath = "/dashboard/settings"
)

// Handler answers a request of a signed-in user.
type Handler func(c *Context)

// Router adds routes to the dashboard.
type Router struct {
	Public gin.IRoutes // needs no session
	site   *Site
}

// NewRouter returns a router on an engine.
func NewRouter(engine *gin.Engine, site *Site) *Router {
	return &Router{Public: engine.Group("", web.Headers(site.CheckoutOrigins...), NoStore), site: site}
}

// Get adds a page for signed-in users.
func (r *Router) Get(path string, page Handler) { r.Public.GET(path, r.site.signedIn(page)) }

// Post adds an action of a form, which must carry the CSRF token of the session.
func (r *Router) Post(path string, action Handler) {
	r.Public.POST(path, r.site.ParseForm, r.site.signedIn(func(c *Context) {
		if !c.OwnsToken(c.PostForm(CSRFField)) {
			c.RefuseForm(HomePath)
			return
		}
		action(c)
	}))
}

// Upload adds an action of a form with files. The handler reads the form and verifies its token itself.
func (r *Router) Upload(path string, action Handler) { r.Public.POST(path, r.site.signedIn(action)) }

// NoStore keeps a response from every cache.
func NoStore(c *gin.Context) { c.Header("Cache-Control", "no-store") }
