package httpapi

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strconv"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/mintfax/mintfax/shared/apierror"
	"github.com/mintfax/mintfax/shared/ids"
	"github.com/mintfax/mintfax/shared/telemetry"
)

// frame is around every request, also those that are no route: its id, its log line and metric, and
// the answer when a handler panics.
func (a *API) frame(c *gin.Context) {
	started := time.Now()
	id := ids.NewRequest()
	ctx := telemetry.WithRequestID(c.Request.Context(), id)
	c.Request = c.Request.WithContext(ctx)
	c.Header("X-Request-Id", id)
	a.protect(c)
	a.distrust(c)
	paced(c)
	defer func() {
		cause := recover()
		failure, _ := cause.(error)
		aborted := errors.Is(failure, http.ErrAbortHandler)
		if cause != nil && !aborted {
			a.Log.ErrorContext(ctx, "a handler panicked", "cause", fmt.Sprint(cause), "stack", string(debug.Stack()))
			if !c.Writer.Written() {
				a.refuse(c, apierror.New(apierror.InternalError))
			}
		}
		a.note(c, time.Since(started))
		if seconds := c.GetInt(restKey); seconds > 0 {
			a.crowd.rest(ctx, seconds)
		}
		if aborted {
			panic(http.ErrAbortHandler) // net/http breaks the connection off
		}
	}()
	c.Next()
}

// hstsAge has browsers use https alone for a year (RFC 6797).
const hstsAge = "max-age=31536000"

// protect sets the headers that every answer has. What the API says is of one account and kept by no cache.
func (a *API) protect(c *gin.Context) {
	c.Header("X-Content-Type-Options", "nosniff")
	if strings.HasPrefix(a.cfg.PublicURL, "https://") {
		c.Header("Strict-Transport-Security", hstsAge)
	}
	if strings.HasPrefix(c.Request.URL.Path, "/v1/") {
		c.Header("Cache-Control", "no-store")
	}
}

// distrust warns once of a proxy that is not trusted: all who come through it are counted as one address.
func (a *API) distrust(c *gin.Context) {
	if c.GetHeader("X-Forwarded-For") == "" || c.ClientIP() != c.RemoteIP() {
		return
	}
	a.distrusted.Do(func() {
		a.Log.WarnContext(c.Request.Context(), "X-Forwarded-For comes from an address that is not in TRUSTED_PROXIES and is not believed: "+
			"if it is your proxy, all its clients share one address's limits", "peer", c.RemoteIP())
	})
}

// note logs the route, never the path: ids and queries are the customer's.
func (a *API) note(c *gin.Context, took time.Duration) {
	route, status := routeOf(c), c.Writer.Status()
	a.requests.WithLabelValues(route, strconv.Itoa(status)).Observe(took.Seconds())
	attrs := []slog.Attr{
		slog.String("route", route),
		slog.Int("status", status), slog.Float64("ms", float64(took.Microseconds())/1000),
	}
	if who := callerOf(c); who != nil {
		attrs = append(attrs, slog.String("key_id", who.KeyID), slog.String("account_id", who.AccountID))
	} else if status >= http.StatusBadRequest {
		yes, unlogged := a.strangers.log(time.Now())
		if !yes {
			return
		}
		if unlogged > 0 {
			attrs = append(attrs, slog.Int("unlogged", unlogged))
		}
	}
	a.Log.LogAttrs(c.Request.Context(), slog.LevelInfo, "request", attrs...)
}

// unmatched stands for every request that no route takes. A method and a path are what anybody may write, and each new
// one would be a metric of its own for ever.
const unmatched = "unmatched"

// routeOf is the route that took a request, as "METHOD /path/:id".
func routeOf(c *gin.Context) string {
	if c.FullPath() == "" {
		return unmatched
	}
	return c.Request.Method + " " + c.FullPath()
}

func (a *API) notFound(c *gin.Context) {
	a.refuseUnrouted(c, apierror.New(apierror.NotFound))
}

func (a *API) methodNotAllowed(c *gin.Context) {
	a.refuseUnrouted(c, apierror.New(apierror.MethodNotAllowed))
}

func (a *API) refuseUnrouted(c *gin.Context, err error) {
	c.Request.Body = http.MaxBytesReader(c.Writer, c.Request.Body, jsonBody)
	if limited := a.charge(c); limited != nil {
		err = limited
	}
	drain(c, jsonBody)
	a.refuse(c, err)
}
