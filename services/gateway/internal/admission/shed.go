package admission

import (
	"strconv"
	"sync/atomic"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/mintfax/mintfax/services/gateway/internal/edge"
	"github.com/mintfax/mintfax/shared/apierror"
)

const restKey = "mintfax.rest"

// shedder sheds load: it refuses at once the requests beyond maxPending, which would wait long and make all others
// wait longer. Clients that respect Retry-After do not notice that their connection is not read; others cannot use up
// capacity with refused requests.
type shedder struct {
	pending atomic.Int64
	resting atomic.Int64
	shed    prometheus.Counter
}

func newShedder(metrics prometheus.Registerer) *shedder {
	s := &shedder{shed: prometheus.NewCounter(prometheus.CounterOpts{
		Name: "mintfax_http_requests_shed_total", Help: "Requests refused at once because too many waited for the verdict on their key.",
	})}
	metrics.MustRegister(s.shed)
	return s
}

// enter counts a request as pending; leave must follow. When there are too many, it sheds the request.
func (s *shedder) enter(c *gin.Context) error {
	if s.pending.Add(1) <= maxPending {
		return nil
	}
	s.leave()
	s.shed.Inc()
	rest := min(time.Duration(1+s.resting.Load()/maxRestedPerSecond)*time.Second, maxRest)
	c.Header("Retry-After", strconv.Itoa(int(rest.Seconds())))
	c.Set(restKey, rest)
	return apierror.Wrap(apierror.ServiceUnavailable, edge.ErrShed)
}

func (s *shedder) leave() { s.pending.Add(-1) }

// RestShed is middleware outside all others. It sends the response to a shed request and then keeps its connection from
// being read for the time of its Retry-After, or until the client closes it.
func (a *Admission) RestShed(c *gin.Context) {
	c.Next()
	rest := c.GetDuration(restKey)
	if rest == 0 {
		return
	}
	c.Writer.Flush()
	a.shedder.resting.Add(1)
	defer a.shedder.resting.Add(-1)
	timer := time.NewTimer(rest)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-c.Request.Context().Done():
	}
}
