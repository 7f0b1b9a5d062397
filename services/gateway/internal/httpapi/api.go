package httpapi

import (
	"log/slog"
	"strings"
	"sync"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/mintfax/mintfax/services/gateway/internal/gate"
	"github.com/mintfax/mintfax/services/gateway/internal/idempotency"
	"github.com/mintfax/mintfax/services/gateway/internal/limits"
	"github.com/mintfax/mintfax/services/gateway/internal/rpc"
	"github.com/mintfax/mintfax/shared/documents"
)

// Config is what the API needs to know.
type Config struct {
	PublicURL        string
	DocsURL          string
	KeyPerMinute     int
	AccountPerMinute int // for all keys and people of an account together
	PerMinute        int // for an address, before authentication
	Registrations    int // for an address, in an hour
}

// Deps are the parts that the API works with.
type Deps struct {
	RPC         *rpc.Services
	Gate        *gate.Gate
	Limiter     *limits.Limiter
	Known       *limits.Known
	Idempotency *idempotency.Store
	Documents   *documents.Store
	Log         *slog.Logger
	Metrics     prometheus.Registerer
}

// API serves the public routes.
type API struct {
	Deps
	cfg      Config
	rules    rules
	requests *prometheus.HistogramVec
	crowd    *crowd

	statements *few

	strangers strangers

	refuseBrowser func(c *gin.Context, err error)
	distrusted    sync.Once // whose X-Forwarded-For was logged
}

type rules struct {
	key, account, address, registrations limits.Rule
}

// New returns the API.
func New(cfg Config, deps Deps) *API {
	a := &API{Deps: deps, cfg: cfg, crowd: newCrowd(deps.Metrics), statements: newFew(statementsAtOnce), rules: rules{
		key:           limits.Rule{Name: "key", Limit: cfg.KeyPerMinute, Window: time.Minute},
		account:       limits.Rule{Name: "account", Limit: cfg.AccountPerMinute, Window: time.Minute},
		address:       limits.Rule{Name: "address", Limit: cfg.PerMinute, Window: time.Minute},
		registrations: limits.Rule{Name: "registrations", Limit: cfg.Registrations, Window: time.Hour},
	}, requests: prometheus.NewHistogramVec(prometheus.HistogramOpts{
		Name: "mintfax_http_request_seconds", Help: "Time to answer a request, by route and status.",
		Buckets: []float64{.001, .002, .005, .01, .02, .05, .1, .25, .5, 1, 2, 5, 10, 30},
	}, []string{"route", "status"})}
	deps.Metrics.MustRegister(a.requests)
	return a
}

// Register adds every route to the engine, and the answers for what is no route. Refuse answers an error to a browser that
// wants a page.
func (a *API) Register(engine *gin.Engine, refuse func(c *gin.Context, err error)) {
	a.refuseBrowser = refuse
	engine.Use(a.frame)
	for _, r := range a.routes() {
		engine.Handle(r.method, r.path, a.serve(r))
	}
	engine.NoRoute(a.notFound)
	engine.NoMethod(a.methodNotAllowed)
}

// Routes lists the API as "METHOD /path/{id}".
func Routes() []string {
	var names []string
	for _, r := range (&API{}).routes() {
		names = append(names, r.method+" "+strings.NewReplacer(":id", "{id}", ":page", "{page}", ":carrier", "{carrier}").Replace(r.path))
	}
	return names
}
