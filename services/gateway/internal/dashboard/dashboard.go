package dashboard

import (
	"embed"
	"log/slog"

	"github.com/gin-gonic/gin"
	"github.com/redis/go-redis/v9"

	"github.com/mintfax/mintfax/services/gateway/internal/live"
	"github.com/mintfax/mintfax/services/gateway/internal/pages"
	"github.com/mintfax/mintfax/services/gateway/internal/previews"
	"github.com/mintfax/mintfax/services/gateway/internal/rpc"
	"github.com/mintfax/mintfax/services/gateway/internal/sessions"
	"github.com/mintfax/mintfax/shared/documents"
)

//go:embed templates
var templates embed.FS

// Config is what the dashboard works with.
type Config struct {
	PublicURL       string   // decides whether cookies are for https only, and is shown in examples
	CheckoutOrigins []string // where Stripe's page lies, e.g. https://checkout.stripe.com
	RPC             *rpc.Services
	Redis           *redis.Client
	Documents       *documents.Store
	Hub             *live.Hub
	Log             *slog.Logger
	Limits          Limits
}

// Limits count what people ask for. When one returns false, it has answered.
type Limits interface {
	LimitSignIn(c *gin.Context) bool
	LimitRegistration(c *gin.Context) bool
	LimitPerson(c *gin.Context, accountID string) bool
	Network(c *gin.Context) string // where the request comes from
}

// Dashboard serves the pages below /dashboard.
type Dashboard struct {
	cfg      Config
	set      *pages.Set
	sessions *sessions.Store
	previews *previews.Store
	cookies  sessions.Cookies
}

// New reads the pages.
func New(cfg Config) *Dashboard {
	return &Dashboard{
		cfg: cfg,
		set: pages.NewSet(templates, "templates", functions(),
			"sign_in", "code", "register", "register_code", "welcome", "first_fax", "home", "account", "waiting", "faxes", "fax", "send", "preview",
			"keys", "key", "new_key", "environment", "billing", "payments", "transactions", "settings", "problem"),
		sessions: sessions.New(cfg.Redis), previews: previews.New(cfg.Redis), cookies: sessions.NewCookies(cfg.PublicURL),
	}
}

func noStore(c *gin.Context) {
	c.Header("Cache-Control", "no-store")
}
