package dashboard

import (
	"io"
	"net/http"
	"time"
)

const (
	heartbeat    = 15 * time.Second // between two signs of life of an open stream
	writeTimeout = 10 * time.Second
)

// Serve streams the changes of an account as server-sent events until the client goes, or until alive, which is called
// with each heartbeat, is false. An event says only that something has changed: the page then reloads itself.
func (h *Hub) Serve(w http.ResponseWriter, r *http.Request, accountID string, alive func() bool) {
	changes, unsubscribe, err := h.Subscribe(accountID)
	if err != nil {
		w.WriteHeader(http.StatusNoContent) // has the browser not reconnect
		return
	}
	defer unsubscribe()
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("X-Accel-Buffering", "no")
	beat := time.NewTicker(heartbeat)
	defer beat.Stop()
	line := "retry: 3000\n\n"
	for write(w, line) == nil {
		select {
		case <-r.Context().Done():
			return
		case _, open := <-changes:
			if !open {
				return
			}
			line = "data: news\n\n"
		case <-beat.C:
			if !alive() {
				return
			}
			line = ": beat\n\n"
		}
	}
}

func write(w http.ResponseWriter, line string) error {
	control := http.NewResponseController(w)
	if err := control.SetWriteDeadline(time.Now().Add(writeTimeout)); err != nil {
		return err
	}
	if _, err := io.WriteString(w, line); err != nil {
		return err
	}
	return control.Flush()
}
