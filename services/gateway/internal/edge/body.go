package edge

import (
	"errors"
	"io"
	"net/http"
	"os"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/mintfax/mintfax/shared/apierror"
)

// A request's body must arrive at a minimum rate. A slower sender could hold its connection, and the memory of its
// request, for any length of time.
const (
	bodyPatience = 4 * time.Second // the longest pause
	bodyRate     = 8 << 10         // bytes a second on average, beyond the patience
	bodyTimeout  = time.Minute     // of a whole body
	drainTimeout = 3 * time.Second // of the rest of a body that is not used
)

// drainGrace is for a read that begins as the time to drain ends.
const drainGrace = 250 * time.Millisecond

var errDrainTimeout = errors.New("the rest of the body is not waited for")

const bodyKey = "mintfax.body"

// pacedBody fails with request_timeout when its sender is too slow.
type pacedBody struct {
	io.ReadCloser
	setDeadline func(time.Time) error // of the connection
	end         time.Time
	read        int64
	waited      time.Duration // for the sender, not for us
	failed      error
	draining    bool
}

// limitBodyPace applies the pace to a request's body.
func limitBodyPace(c *gin.Context) {
	body := c.Request.Body
	if body == nil || body == http.NoBody {
		return
	}
	p := &pacedBody{
		ReadCloser: body, setDeadline: http.NewResponseController(c.Writer).SetReadDeadline, end: time.Now().Add(bodyTimeout),
	}
	c.Set(bodyKey, p)
	c.Request.Body = p
}

// DrainBody reads at most limit bytes that the client still sends, so that it reads the response and not a connection
// reset. A client that waits for a 100-continue sends nothing more.
func DrainBody(c *gin.Context, limit int64) {
	if c.Request.Body == nil || c.Request.Body == http.NoBody || c.GetHeader("Expect") != "" {
		return
	}
	value, _ := c.Get(bodyKey)
	if p, paced := value.(*pacedBody); paced {
		p.drain(drainTimeout)
	}
	deadline := time.Now().Add(drainTimeout + time.Second) // for what net/http reads after this
	_, err := io.CopyN(io.Discard, c.Request.Body, limit)
	if errors.Is(err, io.EOF) {
		deadline = time.Time{}
	}
	_ = http.NewResponseController(c.Writer).SetReadDeadline(deadline)
}

func (p *pacedBody) Read(b []byte) (int, error) {
	if p.failed != nil {
		return 0, p.failed
	}
	began := time.Now()
	if p.draining && began.After(p.end) {
		return 0, errDrainTimeout
	}
	left := min(bodyPatience, bodyPatience-p.waited+time.Duration(p.read)*time.Second/bodyRate)
	end := began.Add(left)
	if p.end.Before(end) {
		end = p.end
	}
	if p.draining {
		end = p.end.Add(drainGrace)
	}
	_ = p.setDeadline(end) // a closed connection fails below
	n, err := p.ReadCloser.Read(b)
	p.read += int64(n)
	p.waited += time.Since(began)
	switch {
	case errors.Is(err, os.ErrDeadlineExceeded):
		p.failed = apierror.Wrap(apierror.RequestTimeout, err)
		return n, p.failed
	case err != nil:
		p.failed = err
		_ = p.setDeadline(time.Time{}) // the whole request is read; its deadline would end the response
	default:
		_ = p.setDeadline(p.end)
	}
	return n, err
}

// drain limits the time for the rest of the body, at any pace. When the time is over, reading ends without touching the
// connection: net/http sends its response ahead of the unread body only if it has seen no error.
func (p *pacedBody) drain(timeout time.Duration) { p.draining, p.end = true, time.Now().Add(timeout) }
