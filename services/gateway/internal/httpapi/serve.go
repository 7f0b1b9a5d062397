package httpapi

import (
	"encoding/json"
	"net/http"

	"github.com/gin-gonic/gin"

	"github.com/mintfax/mintfax/services/gateway/internal/edge"
	"github.com/mintfax/mintfax/shared/crashpoint"
)

// handler answers an admitted request. It writes nothing itself.
type handler func(c *gin.Context) (reply, error)

// reply is the result of a handler.
type reply struct {
	status   int
	body     any
	location string         // redirects a browser
	document *edge.Document // streamed instead of body
	stored   any            // is kept for an idempotent replay, when it differs from body: no secrets
	replayed bool
	// idempotent means that the service itself stores the idempotency key, so that the response need not be stored here.
	idempotent bool
}

// serve handles a request in the order that the API promises, and the first refusal is the answer: the limit of the
// address, the bearer token, the form of the key, its limits, the key, its kind, activation (all in admission); then
// idempotency, the body, and the resource.
func (a *API) serve(r route) gin.HandlerFunc {
	return func(c *gin.Context) {
		limit := max(r.body, 1)
		if c.Request.Body != nil {
			c.Request.Body = http.MaxBytesReader(c.Writer, c.Request.Body, limit)
		}
		answer, err := a.handle(c, r)
		if err != nil {
			edge.DrainBody(c, limit)
			a.responder.Error(c, err)
			return
		}
		a.write(c, answer)
	}
}

func (a *API) handle(c *gin.Context, r route) (reply, error) {
	if err := a.admission.Admit(c, r.access); err != nil {
		return reply{}, err
	}
	crashpoint.Here(crashpoint.KeyAdmitted)
	return a.handleOnce(c, r)
}

func (a *API) write(c *gin.Context, r reply) {
	if r.replayed {
		c.Header("X-Idempotency-Replayed", "true")
	}
	if r.location != "" {
		c.Redirect(r.status, r.location)
		return
	}
	if r.document != nil {
		a.responder.Stream(c, r.status, r.document)
		return
	}
	if r.body == nil {
		c.Status(r.status)
		c.Writer.WriteHeaderNow()
		return
	}
	if raw, ok := r.body.(json.RawMessage); ok {
		c.Data(r.status, "application/json; charset=utf-8", raw)
		return
	}
	c.JSON(r.status, r.body)
}
