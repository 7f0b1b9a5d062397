package app

import (
	"log/slog"

	"github.com/gin-gonic/gin"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/redis/go-redis/v9"

	"github.com/mintfax/mintfax/services/gateway/internal/admission"
	"github.com/mintfax/mintfax/services/gateway/internal/dashboard"
	"github.com/mintfax/mintfax/services/gateway/internal/docs"
	"github.com/mintfax/mintfax/services/gateway/internal/edge"
	"github.com/mintfax/mintfax/services/gateway/internal/httpapi"
	"github.com/mintfax/mintfax/services/gateway/internal/statement"
	"github.com/mintfax/mintfax/shared/bus"
	"github.com/mintfax/mintfax/shared/documents"
)

// parts are what the routes work with.
type parts struct {
	services  bus.Caller
	options   Options
	redis     *redis.Client
	documents *documents.Store
	hub       *dashboard.Hub
	log       *slog.Logger
	metrics   prometheus.Registerer
}

// newEngine puts the API, the dashboard and the documentation on one router. Gin trusts every proxy unless told
// otherwise; here none is trusted unless configured.
func newEngine(cfg Config, p parts) (*gin.Engine, error) {
	gin.SetMode(gin.ReleaseMode)
	engine := gin.New()
	engine.HandleMethodNotAllowed = true
	engine.RedirectTrailingSlash = false
	if err := engine.SetTrustedProxies(cfg.TrustedProxies); err != nil {
		return nil, err
	}
	admit := admission.New(admission.Config{
		PublicURL: cfg.PublicURL, KeyPerMinute: cfg.KeyPerMinute, AccountPerMinute: cfg.AccountPerMinute,
		AddressPerMinute: cfg.PerMinute, RegistrationsPerHour: cfg.Registrations,
	}, admission.Deps{
		CheckKeys: p.options.CheckKeys, Unbatched: p.options.Unbatched, Redis: p.redis, Prefix: "mintfax:", Log: p.log, Metrics: p.metrics,
	})
	calls := admission.NewCalls(p.services)
	responder := &edge.Responder{DocsURL: cfg.DocsURL, Log: p.log}
	statements := statement.NewExporter(calls)

	engine.Use(admit.RestShed, edge.NewFrame(cfg.PublicURL, responder, p.log, p.metrics).Handle)
	httpapi.New(httpapi.Deps{
		Services: calls, Admission: admit, Responder: responder, Statements: statements,
		Idempotency: httpapi.NewIdempotencyStore(p.redis, "mintfax:idempotency:"), Documents: p.documents, Log: p.log,
	}).Register(engine)
	pages := dashboard.New(dashboard.Config{
		PublicURL: cfg.PublicURL, CheckoutOrigins: cfg.CheckoutOrigins, Services: calls, Redis: p.redis,
		Documents: p.documents, Hub: p.hub, Log: p.log, Limits: admit, Statements: statements, Responder: responder,
	})
	responder.Page = pages.Refuse
	pages.Register(engine)
	reference, err := docs.New(docs.Config{PublicURL: cfg.PublicURL, DocsURL: cfg.DocsURL})
	if err != nil {
		return nil, err
	}
	reference.Register(engine)
	return engine, nil
}
