package httpapi

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/mintfax/mintfax/shared/apierror"
)

const (
	// maxWaiting is how many requests may wait for the verdict on their key. A gateway that answers
	// 10,000 a second has them wait for a tenth of a second.
	maxWaiting = 1000
	// Who was shed is told to come back after a second, and its connection is not read before that. Clients
	// that keep to it do not notice; the others cannot use up with refusals what serves the rest. The more
	// connections rest, the longer, so that no more than restedPerSecond come back in a second.
	restedPerSecond = 2000
	longestRest     = 4 // seconds
)

const restKey = "mintfax.rest"

var errCrowded = errors.New("too many requests wait for their verdict")

// crowd bounds how many requests wait for the verdict on their key. What is beyond it is shed at once:
// it would wait for long, and so would all after it.
type crowd struct {
	waiting atomic.Int64
	resting atomic.Int64
	shed    prometheus.Counter
}

func newCrowd(metrics prometheus.Registerer) *crowd {
	c := &crowd{shed: prometheus.NewCounter(prometheus.CounterOpts{
		Name: "mintfax_http_requests_shed_total", Help: "Requests refused at once because too many waited for the verdict on their key.",
	})}
	metrics.MustRegister(c.shed)
	return c
}

// enter returns errCrowded when there is no room; otherwise leave must follow.
func (c *crowd) enter() error {
	if c.waiting.Add(1) <= maxWaiting {
		return nil
	}
	c.leave()
	c.shed.Inc()
	return errCrowded
}

func (c *crowd) leave() { c.waiting.Add(-1) }

// restFor is how many seconds the next connection should rest.
func (c *crowd) restFor() int { return int(min(1+c.resting.Load()/restedPerSecond, longestRest)) }

// rest returns after some seconds, or when the client has gone.
func (c *crowd) rest(ctx context.Context, seconds int) {
	c.resting.Add(1)
	defer c.resting.Add(-1)
	timer := time.NewTimer(time.Duration(seconds) * time.Second)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}

// shed answers 503 in full, and marks the connection for its rest.
func (a *API) shed(c *gin.Context) {
	status, body := a.envelope(c, apierror.New(apierror.ServiceUnavailable))
	encoded, err := json.Marshal(body)
	if err != nil {
		c.AbortWithStatus(http.StatusServiceUnavailable)
		return
	}
	seconds := a.crowd.restFor()
	c.Header("Retry-After", strconv.Itoa(seconds))
	c.Header("Content-Length", strconv.Itoa(len(encoded))) // so that the answer is complete before the handler ends
	c.Data(status, "application/json; charset=utf-8", encoded)
	c.Writer.Flush()
	c.Set(restKey, seconds)
}
