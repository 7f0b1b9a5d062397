package httpapi

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"

	"github.com/gin-gonic/gin"

	"github.com/mintfax/mintfax/services/gateway/internal/admission"
	"github.com/mintfax/mintfax/services/gateway/internal/edge"
	"github.com/mintfax/mintfax/shared/apierror"
	"github.com/mintfax/mintfax/shared/crashpoint"
)

const maxIdempotencyKey = 255

// handleOnce runs the handler; for a POST with an Idempotency-Key, once. The handler of an upload calls once itself,
// after it has read the files.
func (a *API) handleOnce(c *gin.Context, r route) (reply, error) {
	key := c.GetHeader("Idempotency-Key")
	_, present := c.Request.Header["Idempotency-Key"]
	if !present || r.method != http.MethodPost || !r.access.NeedsKey() {
		return r.handle(c)
	}
	if !printable(key) {
		return reply{}, apierror.Field("idempotency_key", "The Idempotency-Key must have 1 to 255 printable characters.")
	}
	c.Header("X-Idempotency-Key", key)
	if r.body == faxBody {
		return r.handle(c)
	}
	body, err := io.ReadAll(c.Request.Body)
	if err != nil {
		return reply{}, bodyError(err)
	}
	again := func() (reply, error) {
		c.Request.Body = io.NopCloser(bytes.NewReader(body))
		return r.handle(c)
	}
	answer, err := a.once(c, edge.JSONFields(body), again)
	if errors.Is(err, ErrKeysUnavailable) && !r.needsRedis() {
		return again()
	}
	return answer, err
}

// once calls run unless an earlier request with the same key has finished or is running. It keeps 2xx and 422 responses;
// after any other the request can be made again.
func (a *API) once(c *gin.Context, fields edge.Fields, run func() (reply, error)) (reply, error) {
	who := admission.Caller(c)
	scope := who.AccountID
	if who.Environment != nil {
		scope += ":" + who.Environment.ID
	}
	fingerprint := edge.Fingerprint(c.Request.Method, c.Request.URL.Path, fields)
	claim, stored, err := a.idempotency.Claim(c.Request.Context(), scope, c.GetHeader("Idempotency-Key"), fingerprint)
	switch {
	case errors.Is(err, ErrKeyReused):
		return reply{}, apierror.New(apierror.IdempotencyKeyReuse)
	case errors.Is(err, ErrKeyInProgress):
		return reply{}, apierror.New(apierror.IdempotencyKeyInProgress)
	case err != nil:
		return reply{}, apierror.Wrap(apierror.ServiceUnavailable, err)
	case stored != nil:
		return reply{status: stored.Status, body: stored.Body, replayed: true}, nil
	}
	crashpoint.Here(crashpoint.IdempotencyBegun)
	return a.runClaimed(c, claim, run)
}

func (a *API) runClaimed(c *gin.Context, claim *Claim, run func() (reply, error)) (answer reply, err error) {
	var keep *StoredResponse
	defer func() { // also when run panics
		ctx := c.Request.Context()
		if keep != nil {
			if keepErr := claim.Keep(ctx, *keep); keepErr != nil {
				a.log.WarnContext(ctx, "a response was not kept for its idempotency key", "error", keepErr)
			}
			crashpoint.Here(crashpoint.IdempotencyKept)
			return
		}
		if freeErr := claim.Free(ctx); freeErr != nil {
			a.log.WarnContext(ctx, "an idempotency key is freed only when its lease ends", "error", freeErr)
		}
	}()
	answer, err = run()
	status, body := answer.status, answer.body
	if answer.stored != nil {
		body = answer.stored
	}
	if err != nil {
		refused, refusal := a.responder.Envelope(c, err)
		status, body = refused, refusal
	}
	if status/100 != 2 && status != http.StatusUnprocessableEntity {
		return answer, err
	}
	if err == nil && answer.idempotent {
		return answer, nil
	}
	encoded, encodeErr := json.Marshal(body)
	if encodeErr == nil {
		keep = &StoredResponse{Status: status, Body: encoded}
	}
	return answer, err
}

func printable(key string) bool {
	if key == "" || len(key) > maxIdempotencyKey {
		return false
	}
	for i := range len(key) {
		if key[i] < ' ' || key[i] > '~' {
			return false
		}
	}
	return true
}
