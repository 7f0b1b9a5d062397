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
	"github.com/mintfax/mintfax/shared/contract"
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
	API             API
}

// API is what people share with programs: the limits, which refuse with rate_limit_exceeded or service_unavailable, and
// documents that are written as they come.
type API interface {
	LimitSignIn(c *gin.Context) error
	LimitRegistration(c *gin.Context) error
	LimitPerson(c *gin.Context, accountID string) error
	LimitStranger(c *gin.Context) error
	Network(c *gin.Context) string // where the request comes from
	// WriteStatement answers with a month of an account as text/csv or application/pdf, unless it returns an error.
	WriteStatement(c *gin.Context, accountID string, month contract.Month, media string) error
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
