package dashboard

import (
	"embed"
	"log/slog"

	"github.com/gin-gonic/gin"
	"github.com/redis/go-redis/v9"

	"github.com/mintfax/mintfax/services/gateway/internal/pages"
	"github.com/mintfax/mintfax/services/gateway/internal/rpc"
	"github.com/mintfax/mintfax/services/gateway/internal/sessions"
)

// The pages of the dashboard.
const (
	home         = "/dashboard"
	activatePath = "/dashboard/activate"
	signInPath   = "/dashboard/sign-in"
	codePath     = "/dashboard/sign-in/code"
	signOutPath  = "/dashboard/sign-out"
	checkoutPath = "/dashboard/checkout"
)

//go:embed templates
var templates embed.FS

// Config is what the dashboard works with.
type Config struct {
	PublicURL       string   // decides whether cookies are for https only
	CheckoutOrigins []string // where Stripe's page lies, e.g. https://checkout.stripe.com
	RPC             *rpc.Services
	Redis           *redis.Client
	Log             *slog.Logger
	// Limit charges the caller's address for a try at signing in. When it returns false, it has answered.
	Limit func(c *gin.Context) bool
}

// Dashboard serves the pages below /dashboard.
type Dashboard struct {
	cfg      Config
	set      *pages.Set
	sessions *sessions.Store
	cookies  sessions.Cookies
}

// New reads the pages.
func New(cfg Config) *Dashboard {
	return &Dashboard{
		cfg:      cfg,
		set:      pages.NewSet(templates, "templates", functions(), "sign_in", "code", "account", "waiting", "problem"),
		sessions: sessions.New(cfg.Redis), cookies: sessions.NewCookies(cfg.PublicURL),
	}
}

// Register adds the routes.
func (d *Dashboard) Register(r gin.IRoutes) {
	headers, charged := pages.Headers(d.cfg.CheckoutOrigins...), d.charged
	r.GET(home, headers, noStore, func(c *gin.Context) { seeOther(c, activatePath) })
	r.GET("/dashboard/style.css", headers, noStore, pages.Style)
	r.GET("/dashboard/icon.svg", headers, noStore, pages.Icon)

	r.GET(signInPath, headers, noStore, d.signInForm)
	r.POST(signInPath, headers, noStore, charged, d.form, d.startSignIn)
	r.POST(codePath, headers, noStore, charged, d.form, d.verifySignIn)
	r.POST(signOutPath, headers, noStore, d.form, d.signOut)

	r.GET(activatePath, headers, noStore, d.activate)
	r.POST(checkoutPath, headers, noStore, d.form, d.checkout)
}

func noStore(c *gin.Context) {
	c.Header("Cache-Control", "no-store")
}

func (d *Dashboard) charged(c *gin.Context) {
	if !d.cfg.Limit(c) {
		c.Abort()
	}
}
