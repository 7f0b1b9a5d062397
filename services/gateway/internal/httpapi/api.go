package httpapi

import (
	"log/slog"
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"

	"github.com/mintfax/mintfax/services/gateway/internal/admission"
	"github.com/mintfax/mintfax/services/gateway/internal/edge"
	"github.com/mintfax/mintfax/services/gateway/internal/statement"
	"github.com/mintfax/mintfax/shared/apierror"
	"github.com/mintfax/mintfax/shared/bus"
	"github.com/mintfax/mintfax/shared/documents"
)

// Deps are the dependencies of the API.
type Deps struct {
	Services    bus.Caller
	Admission   *admission.Admission
	Responder   *edge.Responder
	Statements  *statement.Exporter
	Idempotency *IdempotencyStore
	Documents   *documents.Store
	Log         *slog.Logger
}

// API serves the public JSON routes.
type API struct {
	services    bus.Caller
	admission   *admission.Admission
	responder   *edge.Responder
	statements  *statement.Exporter
	idempotency *IdempotencyStore
	documents   *documents.Store
	log         *slog.Logger
}

// New returns the API.
func New(deps Deps) *API {
	return &API{
		services: deps.Services, admission: deps.Admission, responder: deps.Responder, statements: deps.Statements,
		idempotency: deps.Idempotency, documents: deps.Documents, log: deps.Log,
	}
}

// Register adds every route to the engine, and the responses to requests that match no route.
func (a *API) Register(engine *gin.Engine) {
	for _, r := range a.routes() {
		engine.Handle(r.method, r.path, a.serve(r))
	}
	engine.NoRoute(func(c *gin.Context) { a.refuseUnrouted(c, apierror.New(apierror.NotFound)) })
	engine.NoMethod(func(c *gin.Context) { a.refuseUnrouted(c, apierror.New(apierror.MethodNotAllowed)) })
}

// Routes lists the API as "METHOD /path/{id}".
func Routes() []string {
	var names []string
	for _, r := range (&API{}).routes() {
		names = append(names, r.method+" "+strings.NewReplacer(":id", "{id}", ":page", "{page}", ":carrier", "{carrier}").Replace(r.path))
	}
	return names
}

func (a *API) refuseUnrouted(c *gin.Context, err error) {
	c.Request.Body = http.MaxBytesReader(c.Writer, c.Request.Body, jsonBody)
	if limited := a.admission.ChargeAddress(c); limited != nil {
		err = limited
	}
	edge.DrainBody(c, jsonBody)
	a.responder.Error(c, err)
}
