package httpapi

import (
	"errors"
	"io"
	"net/http"
	"os"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/mintfax/mintfax/shared/apierror"
)

const (
	bodyPatience = 4 * time.Second // for which a body may pause
	bodyRate     = 8 << 10         // bytes a second that it must have on average, beyond that
	bodyLimit    = time.Minute     // for all of it
)

// hurriedGrace is for a read that begins as the time ends.
const hurriedGrace = 250 * time.Millisecond

var errHurried = errors.New("the rest of the body is not waited for")

const paceKey = "mintfax.pace"

// pace is a body that must come at a pace. One that is too slow ends with request_timeout: it would hold its
// connection, and what waits for it, for as long as its sender likes.
type pace struct {
	io.ReadCloser
	deadline func(time.Time) error // sets that of the connection
	end      time.Time
	read     int64
	waited   time.Duration // for the sender, not for us
	failed   error
	hurried  bool
}

// paced sets the pace of a request's body.
func paced(c *gin.Context) {
	body := c.Request.Body
	if body == nil || body == http.NoBody {
		return
	}
	p := &pace{
		ReadCloser: body, deadline: http.NewResponseController(c.Writer).SetReadDeadline, end: time.Now().Add(bodyLimit),
	}
	c.Set(paceKey, p)
	c.Request.Body = p
}

// paceOf returns nil for a request without a body.
func paceOf(c *gin.Context) *pace {
	value, _ := c.Get(paceKey)
	p, _ := value.(*pace)
	return p
}

func (p *pace) Read(b []byte) (int, error) {
	if p.failed != nil {
		return 0, p.failed
	}
	began := time.Now()
	if p.hurried && began.After(p.end) {
		return 0, errHurried
	}
	left := min(bodyPatience, bodyPatience-p.waited+time.Duration(p.read)*time.Second/bodyRate)
	end := began.Add(left)
	if p.end.Before(end) {
		end = p.end
	}
	if p.hurried {
		end = p.end.Add(hurriedGrace)
	}
	_ = p.deadline(end) // a connection that is no more fails below
	n, err := p.ReadCloser.Read(b)
	p.read += int64(n)
	p.waited += time.Since(began)
	switch {
	case errors.Is(err, os.ErrDeadlineExceeded):
		p.failed = apierror.Wrap(apierror.RequestTimeout, err)
		return n, p.failed
	case err != nil:
		p.failed = err
		_ = p.deadline(time.Time{}) // all of the request is read; its deadline would end the answer
	default:
		_ = p.deadline(p.end)
	}
	return n, err
}

// hurry leaves the rest of the body so much time, whatever its pace. Then reading ends without a word to the
// connection: net/http only sends its answer safely ahead of what still comes when it has seen no error.
func (p *pace) hurry(limit time.Duration) { p.hurried, p.end = true, time.Now().Add(limit) }
