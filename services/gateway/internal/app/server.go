package app

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"sync/atomic"
	"time"

	"golang.org/x/net/netutil"

	"github.com/mintfax/mintfax/shared/runner"
)

const stopLimit = 10 * time.Second // and 15 with the longest lingering

// server is the public HTTP server. Its limits are wide enough for an upload over a slow line and
// narrow enough that idle connections do not pile up.
type server struct {
	http        *http.Server
	connections int // beyond it new ones wait to be accepted
	leaving     atomic.Bool
}

func newServer(addr string, connections int, handler http.Handler) *server {
	s := &server{connections: connections}
	s.http = &http.Server{
		Addr: addr, Handler: s.sendingAway(handler), MaxHeaderBytes: 32 << 10,
		ReadHeaderTimeout: 5 * time.Second, ReadTimeout: time.Minute, WriteTimeout: 90 * time.Second, IdleTimeout: 2 * time.Minute,
	}
	return s
}

// leave has each connection closed after its next answer, so that clients make their next one elsewhere.
func (s *server) leave() { s.leaving.Store(true) }

func (s *server) sendingAway(handler http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if s.leaving.Load() {
			w.Header().Set("Connection", "close")
		}
		handler.ServeHTTP(w, r)
	})
}

// run serves until ctx is done, then finishes the requests in hand.
func (s *server) run(ctx context.Context) error {
	listener, err := net.Listen("tcp", s.http.Addr)
	if err != nil {
		return fmt.Errorf("HTTP_ADDR: %w", err)
	}
	return runner.Serve(ctx, s.http, netutil.LimitListener(listener, s.connections), stopLimit)
}
