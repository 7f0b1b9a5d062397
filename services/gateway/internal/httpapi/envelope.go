package httpapi

import (
	"errors"
	"net/http"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"github.com/mintfax/mintfax/shared/apierror"
	"github.com/mintfax/mintfax/shared/telemetry"
)

// envelope is the body of every refusal.
type envelope struct {
	Error     apierror.Code  `json:"error"`
	Message   string         `json:"message"`
	Action    string         `json:"action"`
	Docs      string         `json:"docs"`
	RequestID string         `json:"request_id"`
	Context   map[string]any `json:"context,omitempty"`
}

// refuse answers with an error of the catalogue. Any other error is a fault of ours: its cause goes
// to the log and nothing of it to the client.
func (a *API) refuse(c *gin.Context, err error) {
	status, body := a.envelope(c, err)
	gone := status == http.StatusServiceUnavailable && c.Request.Context().Err() != nil // the client, which reads no answer
	if status >= http.StatusInternalServerError && !gone {
		a.Log.ErrorContext(c.Request.Context(), "a request failed", "route", c.FullPath(), "error", err)
	}
	if wantsPage(c) {
		c.Abort()
		a.refuseBrowser(c, err)
		return
	}
	a.retryAfter(c, status, body.Context)
	c.AbortWithStatusJSON(status, body)
}

// wantsPage reports whether the request is of a browser that shows a page. The API and what services call always
// answer in JSON.
func wantsPage(c *gin.Context) bool {
	for _, program := range []string{"/v1/", "/stripe/", "/carriers/"} {
		if strings.HasPrefix(c.Request.URL.Path, program) {
			return false
		}
	}
	return accepted(c.Request.Header, []string{mediaJSON, mediaHTML}) == mediaHTML
}

func (a *API) envelope(c *gin.Context, err error) (int, envelope) {
	var refusal *apierror.Error
	if !errors.As(err, &refusal) {
		refusal = apierror.New(apierror.InternalError)
	}
	entry := apierror.Lookup(refusal.Code)
	return entry.Status, envelope{
		Error: entry.Code, Message: message(entry, refusal.Context), Action: entry.Action,
		Docs:      a.cfg.DocsURL + "/errors/" + strings.ReplaceAll(string(entry.Code), "_", "-"),
		RequestID: telemetry.RequestID(c.Request.Context()), Context: refusal.Context,
	}
}

// message is the catalogue's, or the first field's when only one field is wrong.
func message(entry apierror.Entry, context map[string]any) string {
	if entry.Code != apierror.ValidationFailed {
		return entry.Message
	}
	switch fields := context["errors"].(type) {
	case map[string][]string:
		if len(fields) == 1 {
			for _, messages := range fields {
				return messages[0]
			}
		}
	case map[string]any: // crossed the broker
		if len(fields) == 1 {
			for _, messages := range fields {
				if list, ok := messages.([]any); ok && len(list) > 0 {
					if text, ok := list[0].(string); ok {
						return text
					}
				}
			}
		}
	}
	return entry.Message
}

func (a *API) retryAfter(c *gin.Context, status int, context map[string]any) {
	switch status {
	case http.StatusServiceUnavailable:
		c.Header("Retry-After", "1")
	case http.StatusTooManyRequests:
		if seconds, ok := context["retry_after"].(float64); ok { // from another service, through JSON
			c.Header("Retry-After", strconv.Itoa(int(seconds)))
		} else if seconds, ok := context["retry_after"].(int); ok {
			c.Header("Retry-After", strconv.Itoa(seconds))
		}
	}
}
