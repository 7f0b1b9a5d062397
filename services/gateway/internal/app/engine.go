package app

import (
	"log/slog"

	"github.com/gin-gonic/gin"
	"github.com/redis/go-redis/v9"

	"github.com/mintfax/mintfax/services/gateway/internal/dashboard"
	"github.com/mintfax/mintfax/services/gateway/internal/docs"
	"github.com/mintfax/mintfax/services/gateway/internal/httpapi"
	"github.com/mintfax/mintfax/services/gateway/internal/live"
	"github.com/mintfax/mintfax/services/gateway/internal/rpc"
)

// newEngine puts the API, the dashboard and the documentation on one router. Gin trusts every proxy
// unless told otherwise; here none is trusted unless configured.
func newEngine(cfg Config, api *httpapi.API, services *rpc.Services, client *redis.Client, hub *live.Hub, log *slog.Logger) (*gin.Engine, error) {
	gin.SetMode(gin.ReleaseMode)
	engine := gin.New()
	engine.HandleMethodNotAllowed = true
	engine.RedirectTrailingSlash = false
	if err := engine.SetTrustedProxies(cfg.TrustedProxies); err != nil {
		return nil, err
	}
	people := dashboard.New(dashboard.Config{
		PublicURL: cfg.PublicURL, CheckoutOrigins: cfg.CheckoutOrigins, RPC: services, Redis: client,
		Documents: api.Documents, Hub: hub, Log: log, API: api,
	})
	api.Register(engine, people.Refuse)
	people.Register(engine)
	pages, err := docs.New(docs.Config{PublicURL: cfg.PublicURL, DocsURL: cfg.DocsURL})
	if err != nil {
		return nil, err
	}
	pages.Register(engine)
	return engine, nil
}
