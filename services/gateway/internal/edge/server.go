package edge

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/mintfax/mintfax/shared/runner"
)

const stopLimit = 10 * time.Second // and 15 with the longest lingering

// writeLimit is from the header of a request to the end of its answer: a minute for its body, 130 s until
// fax-dispatch has rendered it, and half a minute for the answer. Were it shorter, a fax could be accepted and charged
// without an answer.
const writeLimit = 220 * time.Second

// Config of a server.
type Config struct {
	Addr           string
	Connections    int // of all clients; beyond it idle ones make room
	PerAddress     int // of one address; beyond it new ones are closed
	TrustedProxies []string
}

// Server is the public HTTP server. Its limits are wide enough for an upload over a slow line and narrow enough that
// idle connections do not pile up.
type Server struct {
	http    *http.Server
	shares  *shares
	leaving atomic.Bool
}

// New returns a server of handler.
func New(cfg Config, handler http.Handler) *Server {
	s := &Server{shares: newShares(cfg.Connections, cfg.PerAddress, ParseProxies(cfg.TrustedProxies))}
	s.http = &http.Server{
		Addr: cfg.Addr, Handler: s.sendingAway(handler), MaxHeaderBytes: 32 << 10, ConnState: s.shares.note,
		ReadHeaderTimeout: 5 * time.Second, ReadTimeout: time.Minute, WriteTimeout: writeLimit, IdleTimeout: 2 * time.Minute,
	}
	return s
}

// Leave has each connection closed after its next answer, so that clients make their next one elsewhere.
func (s *Server) Leave() { s.leaving.Store(true) }

func (s *Server) sendingAway(handler http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if s.leaving.Load() {
			w.Header().Set("Connection", "close")
		}
		handler.ServeHTTP(w, r)
	})
}

// Run serves until ctx is done, then finishes the requests in hand.
func (s *Server) Run(ctx context.Context) error {
	listener, err := net.Listen("tcp", s.http.Addr)
	if err != nil {
		return fmt.Errorf("HTTP_ADDR: %w", err)
	}
	return runner.Serve(ctx, s.http, s.shares.listen(listener), stopLimit)
}
