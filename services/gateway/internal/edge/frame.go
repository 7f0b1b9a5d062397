package edge

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/mintfax/mintfax/shared/apierror"
	"github.com/mintfax/mintfax/shared/ids"
	"github.com/mintfax/mintfax/shared/telemetry"
)

// hstsAge has browsers use https alone for a year (RFC 6797).
const hstsAge = "max-age=31536000"

// unmatched is the route label of every request without a route. Clients choose method and path, and each new pair
// would add a metric series.
const unmatched = "unmatched"

const identityKey = "mintfax.identity"

// Frame is the middleware around every request, also those that match no route: the request id, the headers of every
// response, the log line, the metric, and the response when a handler panics.
type Frame struct {
	responder       *Responder
	https           bool
	log             *slog.Logger
	requests        *prometheus.HistogramVec
	unauthenticated logLimit
	proxyWarning    sync.Once
}

// NewFrame returns a frame for a gateway with the given public address.
func NewFrame(publicURL string, responder *Responder, log *slog.Logger, metrics prometheus.Registerer) *Frame {
	f := &Frame{
		responder: responder, https: strings.HasPrefix(publicURL, "https://"), log: log,
		requests: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "mintfax_http_request_seconds", Help: "Time to answer a request, by route and status.",
			Buckets: []float64{.001, .002, .005, .01, .02, .05, .1, .25, .5, 1, 2, 5, 10, 30},
		}, []string{"route", "status"}),
	}
	metrics.MustRegister(f.requests)
	return f
}

// identity identifies the caller of a request.
type identity struct{ keyID, accountID string }

// Identify records the owner of a request's key, for its log line.
func Identify(c *gin.Context, keyID, accountID string) {
	c.Set(identityKey, identity{keyID, accountID})
}

// Handle is the middleware.
func (f *Frame) Handle(c *gin.Context) {
	started := time.Now()
	id := ids.NewRequest()
	ctx := telemetry.WithRequestID(c.Request.Context(), id)
	c.Request = c.Request.WithContext(ctx)
	c.Header("X-Request-Id", id)
	f.setHeaders(c)
	f.warnOfUntrustedProxy(c)
	limitBodyPace(c)
	defer func() {
		cause := recover()
		failure, _ := cause.(error)
		aborted := errors.Is(failure, http.ErrAbortHandler)
		if cause != nil && !aborted {
			f.log.ErrorContext(ctx, "a handler panicked", "cause", fmt.Sprint(cause), "stack", string(debug.Stack()))
			if !c.Writer.Written() {
				f.responder.Error(c, apierror.New(apierror.InternalError))
			}
		}
		f.record(c, time.Since(started))
		if aborted {
			panic(http.ErrAbortHandler) // net/http closes the connection
		}
	}()
	c.Next()
}

// setHeaders sets the headers of every response. No cache stores the API's responses about an account.
func (f *Frame) setHeaders(c *gin.Context) {
	c.Header("X-Content-Type-Options", "nosniff")
	if f.https {
		c.Header("Strict-Transport-Security", hstsAge)
	}
	if strings.HasPrefix(c.Request.URL.Path, "/v1/") {
		c.Header("Cache-Control", "no-store")
	}
}

// warnOfUntrustedProxy warns once: all clients behind such a proxy are counted as one address.
func (f *Frame) warnOfUntrustedProxy(c *gin.Context) {
	if c.GetHeader("X-Forwarded-For") == "" || c.ClientIP() != c.RemoteIP() {
		return
	}
	f.proxyWarning.Do(func() {
		f.log.WarnContext(c.Request.Context(), "X-Forwarded-For comes from an address that is not in TRUSTED_PROXIES and is not believed: "+
			"if it is your proxy, all its clients share one address's limits", "peer", c.RemoteIP())
	})
}

// record logs and measures a request by its route, never by its path: ids and queries are the customer's.
func (f *Frame) record(c *gin.Context, took time.Duration) {
	route, status := routeOf(c), c.Writer.Status()
	f.requests.WithLabelValues(route, strconv.Itoa(status)).Observe(took.Seconds())
	attrs := []slog.Attr{
		slog.String("route", route),
		slog.Int("status", status), slog.Float64("ms", float64(took.Microseconds())/1000),
	}
	value, _ := c.Get(identityKey)
	if who, known := value.(identity); known {
		attrs = append(attrs, slog.String("key_id", who.keyID), slog.String("account_id", who.accountID))
	} else if status >= http.StatusBadRequest {
		allowed, unlogged := f.unauthenticated.allow(time.Now())
		if !allowed {
			return
		}
		if unlogged > 0 {
			attrs = append(attrs, slog.Int("unlogged", unlogged))
		}
	}
	f.log.LogAttrs(c.Request.Context(), slog.LevelInfo, "request", attrs...)
}

// routeOf returns the route of a request, as "METHOD /path/:id".
func routeOf(c *gin.Context) string {
	if c.FullPath() == "" {
		return unmatched
	}
	return c.Request.Method + " " + c.FullPath()
}
