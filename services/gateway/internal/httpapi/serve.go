package httpapi

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/mintfax/mintfax/shared/crashpoint"
)

// handler answers a request that was let through. It writes nothing itself.
type handler func(c *gin.Context) (reply, error)

// reply is what a handler answers. Location is for the pages that send a browser on.
type reply struct {
	status   int
	body     any
	location string
	stored   any // what is kept for an idempotent replay, when it differs from body: no secrets
	replayed bool
	// remembered says that the answerer itself knows idempotency keys, and that nothing of the answer need be kept.
	remembered bool
	document   *document // instead of body: what is written as it comes
}

const drainLimit = 3 * time.Second

// serve judges a request in the order that the API promises, and the first refusal is the answer:
// address limit, bearer token, form of the key, key limit, key, kind, activation; then idempotency,
// the body, and the resource.
func (a *API) serve(r route) gin.HandlerFunc {
	return func(c *gin.Context) {
		limit := max(r.body, 1)
		if c.Request.Body != nil {
			c.Request.Body = http.MaxBytesReader(c.Writer, c.Request.Body, limit)
		}
		answer, err := a.judge(c, r)
		if err != nil {
			drain(c, limit)
			if errors.Is(err, errCrowded) {
				a.shed(c)
				return
			}
			a.refuse(c, err)
			return
		}
		a.write(c, answer)
	}
}

func (a *API) judge(c *gin.Context, r route) (reply, error) {
	if err := a.admit(c, r); err != nil {
		return reply{}, err
	}
	crashpoint.Here(crashpoint.KeyAdmitted)
	return a.onceIfAsked(c, r)
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
		a.writeDocument(c, r.status, r.document)
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

// drain reads what the client still sends, so that it reads the answer and not a reset. Who waits for
// a 100-continue sends nothing more.
func drain(c *gin.Context, limit int64) {
	if c.Request.Body == nil || c.Request.Body == http.NoBody || c.GetHeader("Expect") != "" {
		return
	}
	if p := paceOf(c); p != nil {
		p.hurry(drainLimit)
	}
	left := time.Now().Add(drainLimit + time.Second) // for what net/http reads after us
	_, err := io.CopyN(io.Discard, c.Request.Body, limit)
	if errors.Is(err, io.EOF) {
		left = time.Time{}
	}
	_ = http.NewResponseController(c.Writer).SetReadDeadline(left)
}
