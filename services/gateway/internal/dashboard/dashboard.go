package dashboard

import (
	"embed"
	"log/slog"

	"github.com/gin-gonic/gin"
	"github.com/redis/go-redis/v9"

	"github.com/mintfax/mintfax/services/gateway/internal/edge"
	"github.com/mintfax/mintfax/services/gateway/internal/previews"
	"github.com/mintfax/mintfax/services/gateway/internal/sessions"
	"github.com/mintfax/mintfax/services/gateway/internal/sse"
	"github.com/mintfax/mintfax/services/gateway/internal/statement"
	"github.com/mintfax/mintfax/services/gateway/internal/web"
	"github.com/mintfax/mintfax/shared/bus"
	"github.com/mintfax/mintfax/shared/documents"
)

//go:embed templates
var templates embed.FS

// Config is what the dashboard works with.
type Config struct {
	PublicURL       string   // decides whether cookies are for https only, and is shown in examples
	CheckoutOrigins []string // where Stripe's page lies, e.g. https://checkout.stripe.com
	Services        bus.Caller
	Redis           *redis.Client
	Documents       *documents.Store
	Hub             *sse.Hub
	Log             *slog.Logger
	Limits          Limits
	Statements      *statement.Exporter
	Responder       *edge.Responder
}

// Limits counts requests. A refusal is rate_limit_exceeded, or service_unavailable when the request cannot be counted.
type Limits interface {
	LimitSignIn(c *gin.Context) error
	LimitRegistration(c *gin.Context) error
	LimitUser(c *gin.Context, accountID string) error
	ChargeAddress(c *gin.Context) error // of a request without a session
}

// Dashboard serves the pages below /dashboard.
type Dashboard struct {
	cfg      Config
	set      *web.Set
	sessions *sessions.Store
	previews *previews.Store
	cookies  sessions.Cookies
}

// New reads the pages.
func New(cfg Config) *Dashboard {
	return &Dashboard{
		cfg: cfg,
		set: web.NewSet(templates, "templates", functions(),
			"sign_in", "code", "register", "register_code", "welcome", "first_fax", "home", "account", "waiting", "faxes", "fax", "send", "preview",
			"keys", "key", "new_key", "environment", "billing", "payments", "transactions", "settings", "problem"),
		sessions: sessions.New(cfg.Redis), previews: previews.New(cfg.Redis), cookies: sessions.NewCookies(cfg.PublicURL),
	}
}

func noStore(c *gin.Context) {
	c.Header("Cache-Control", "no-store")
}
