package dashboard

import (
	"errors"
	"io"
	"net/http"
	"time"

	"github.com/mintfax/mintfax/services/gateway/internal/sessions"
)

const (
	newsBeat  = 15 * time.Second // how often an open page is shown a sign of life, and its session looked at
	newsWrite = 10 * time.Second // how long one may take to take it
)

// news is a stream of server-sent events. Each says no more than that there is something to look at: the page
// then asks for itself anew.
func (d *Dashboard) news(v *visit) {
	heard, leave, err := d.cfg.Hub.Join(v.accountID())
	if err != nil {
		v.c.Status(http.StatusNoContent) // which tells the browser not to come again
		return
	}
	defer leave()
	v.c.Header("Content-Type", "text/event-stream")
	v.c.Header("X-Accel-Buffering", "no")
	beat := time.NewTicker(newsBeat)
	defer beat.Stop()
	line := "retry: 3000\n\n"
	for d.write(v, line) == nil {
		select {
		case <-v.ctx().Done():
			return
		case _, open := <-heard:
			if !open {
				return
			}
			line = "data: news\n\n"
		case <-beat.C:
			if _, err := d.session(v.c); errors.Is(err, sessions.ErrNone) {
				return
			}
			line = ": beat\n\n"
		}
	}
}

func (d *Dashboard) write(v *visit, line string) error {
	control := http.NewResponseController(v.c.Writer)
	if err := control.SetWriteDeadline(time.Now().Add(newsWrite)); err != nil {
		return err
	}
	if _, err := io.WriteString(v.c.Writer, line); err != nil {
		return err
	}
	return control.Flush()
}
