// Package dashboard is the part of mintfax that people use in a browser. Its pages are in the packages account, faxes
// and billing; what they share is in ui. Open pages are notified of changes over server-sent events (hub.go).
package dashboard

import (
	"embed"
	"errors"
	"log/slog"

	"github.com/gin-gonic/gin"
	"github.com/redis/go-redis/v9"

	"github.com/mintfax/mintfax/services/gateway/internal/dashboard/account"
	"github.com/mintfax/mintfax/services/gateway/internal/dashboard/billing"
	"github.com/mintfax/mintfax/services/gateway/internal/dashboard/faxes"
	"github.com/mintfax/mintfax/services/gateway/internal/dashboard/ui"
	"github.com/mintfax/mintfax/services/gateway/internal/edge"
	"github.com/mintfax/mintfax/services/gateway/internal/statement"
	"github.com/mintfax/mintfax/services/gateway/internal/web"
	"github.com/mintfax/mintfax/shared/bus"
	"github.com/mintfax/mintfax/shared/documents"
)

//go:embed templates
var templates embed.FS

// Config has the dependencies and settings of the dashboard.
type Config struct {
	PublicURL       string
	CheckoutOrigins []string // of Stripe's pages, e.g. https://checkout.stripe.com
	Services        bus.Caller
	Redis           *redis.Client
	Documents       *documents.Store
	Statements      *statement.Exporter
	Responder       *edge.Responder
	Limits          ui.Limits
	Hub             *Hub
	Log             *slog.Logger
}

// Dashboard serves the pages below /dashboard.
type Dashboard struct {
	site  *ui.Site
	hub   *Hub
	pages []interface{ Register(r *ui.Router) }
}

// New parses the pages.
func New(cfg Config) *Dashboard {
	site := ui.NewSite(ui.Config{
		PublicURL: cfg.PublicURL, CheckoutOrigins: cfg.CheckoutOrigins, Services: cfg.Services,
		Sessions: ui.NewSessionStore(cfg.Redis), Limits: cfg.Limits, Log: cfg.Log,
	})
	site.AddPages(templates)
	return &Dashboard{site: site, hub: cfg.Hub, pages: []interface{ Register(r *ui.Router) }{
		account.New(site),
		faxes.New(site, cfg.Documents, faxes.NewPreviewStore(cfg.Redis)),
		billing.New(site, cfg.Statements, cfg.Responder),
	}}
}

// Register adds the routes.
func (d *Dashboard) Register(engine *gin.Engine) {
	engine.GET("/dashboard/style.css", web.Style)
	engine.GET("/dashboard/script.js", web.Script)
	engine.GET("/dashboard/icon.svg", web.Icon)
	router := ui.NewRouter(engine, d.site)
	router.Get(ui.HomePath, d.home)
	router.Get("/dashboard/news", d.events)
	for _, pages := range d.pages {
		pages.Register(router)
	}
}

// Refuse writes an error to a browser outside the dashboard.
func (d *Dashboard) Refuse(c *gin.Context, err error) { d.site.Refuse(c, err) }

// events has an open page reload itself when something about the account has changed.
func (d *Dashboard) events(c *ui.Context) {
	d.hub.Serve(c.Writer, c.Request, c.AccountID(), func() bool {
		_, err := d.site.Session(c.Context)
		return !errors.Is(err, ui.ErrNoSession)
	})
}
