package edge

import (
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"github.com/mintfax/mintfax/shared/apierror"
	"github.com/mintfax/mintfax/shared/telemetry"
)

// ErrShed is the cause of a refusal under overload. A metric counts it; the log does not have it.
var ErrShed = errors.New("too many requests wait for the verdict on their key")

// Responder writes error responses and streamed documents.
type Responder struct {
	DocsURL string
	Log     *slog.Logger
	Page    func(c *gin.Context, err error) // writes an error for a browser that wants a page
}

// Envelope is the body of every error response.
type Envelope struct {
	Error     apierror.Code  `json:"error"`
	Message   string         `json:"message"`
	Action    string         `json:"action"`
	Docs      string         `json:"docs"`
	RequestID string         `json:"request_id"`
	Context   map[string]any `json:"context,omitempty"`
}

// Error responds with an error of the catalogue. Any other error becomes internal_error: its cause is logged and not
// sent to the client.
func (r *Responder) Error(c *gin.Context, err error) {
	status, body := r.Envelope(c, err)
	gone := status == http.StatusServiceUnavailable && c.Request.Context().Err() != nil // the client does not read the response
	if status >= http.StatusInternalServerError && !gone && !errors.Is(err, ErrShed) {
		r.Log.ErrorContext(c.Request.Context(), "a request failed", "route", c.FullPath(), "error", err)
	}
	c.Abort()
	if wantsPage(c) {
		r.Page(c, err)
		return
	}
	setRetryAfter(c, status, err)
	encoded, err := json.Marshal(body)
	if err != nil {
		c.AbortWithStatus(status)
		return
	}
	c.Header("Content-Length", strconv.Itoa(len(encoded))) // so that a flush completes the response
	c.Data(status, "application/json; charset=utf-8", encoded)
}

// Envelope returns the status and the body of the response to an error.
func (r *Responder) Envelope(c *gin.Context, err error) (int, Envelope) {
	var refusal *apierror.Error
	if !errors.As(err, &refusal) {
		refusal = apierror.New(apierror.InternalError)
	}
	entry := apierror.Lookup(refusal.Code)
	return entry.Status, Envelope{
		Error: entry.Code, Message: message(entry, refusal), Action: entry.Action,
		Docs:      r.DocsURL + "/errors/" + strings.ReplaceAll(string(entry.Code), "_", "-"),
		RequestID: telemetry.RequestID(c.Request.Context()), Context: refusal.Context,
	}
}

// message is the catalogue's, or the field's when only one field is wrong.
func message(entry apierror.Entry, refusal *apierror.Error) string {
	if entry.Code != apierror.ValidationFailed {
		return entry.Message
	}
	if fields := FieldErrors(refusal); len(fields) == 1 {
		for _, messages := range fields {
			if len(messages) > 0 {
				return messages[0]
			}
		}
	}
	return entry.Message
}

// wantsPage reports whether the client is a browser that shows a page. The API, Stripe and carriers always get JSON.
func wantsPage(c *gin.Context) bool {
	for _, prefix := range []string{"/v1/", "/stripe/", "/carriers/"} {
		if strings.HasPrefix(c.Request.URL.Path, prefix) {
			return false
		}
	}
	return Accepted(c.Request.Header, []string{"application/json", "text/html"}) == "text/html"
}

func setRetryAfter(c *gin.Context, status int, err error) {
	switch {
	case c.Writer.Header().Get("Retry-After") != "": // load shedding chose it
	case status == http.StatusServiceUnavailable:
		c.Header("Retry-After", "1")
	case status == http.StatusTooManyRequests:
		if seconds, known := RetryAfter(err); known {
			c.Header("Retry-After", strconv.Itoa(seconds))
		}
	}
}
