package edge

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/mintfax/mintfax/shared/runner"
)

const stopTimeout = 10 * time.Second // and 15 s with the longest drain delay

// writeTimeout runs from the header of a request to the end of its response: a minute for its body, 130 s until
// fax-dispatch has rendered it, and half a minute for the response. Were it shorter, a fax could be accepted and charged
// without a response.
const writeTimeout = 220 * time.Second

// Config of a server.
type Config struct {
	Addr           string
	Connections    int // in total; beyond it, idle ones are replaced
	PerAddress     int // of one address; beyond it, new ones are closed
	TrustedProxies []string
}

// Server is the public HTTP server. Its timeouts are long enough for an upload over a slow line and short enough that
// idle connections do not pile up.
type Server struct {
	http      *http.Server
	limit     *connectionLimit
	listening atomic.Bool
	draining  atomic.Bool
}

// New returns a server of handler.
func New(cfg Config, handler http.Handler) *Server {
	s := &Server{limit: newConnectionLimit(cfg.Connections, cfg.PerAddress, ParseProxies(cfg.TrustedProxies))}
	s.http = &http.Server{
		Addr: cfg.Addr, Handler: s.closeWhenDraining(handler), MaxHeaderBytes: 32 << 10, ConnState: s.limit.note,
		ReadHeaderTimeout: 5 * time.Second, ReadTimeout: time.Minute, WriteTimeout: writeTimeout, IdleTimeout: 2 * time.Minute,
	}
	return s
}

// Drain closes each connection after its next response, so that clients reconnect elsewhere.
func (s *Server) Drain() { s.draining.Store(true) }

func (s *Server) closeWhenDraining(handler http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if s.draining.Load() {
			w.Header().Set("Connection", "close")
		}
		handler.ServeHTTP(w, r)
	})
}

// Run serves until ctx is done, then finishes the requests in flight.
func (s *Server) Run(ctx context.Context) error {
	listener, err := net.Listen("tcp", s.http.Addr)
	if err != nil {
		return fmt.Errorf("HTTP_ADDR: %w", err)
	}
	s.listening.Store(true)
	return runner.Serve(ctx, s.http, s.limit.listen(listener), stopTimeout)
}

// Ready fails until Run listens.
func (s *Server) Ready(context.Context) error {
	if !s.listening.Load() {
		return errors.New("it does not listen yet")
	}
	return nil
}
