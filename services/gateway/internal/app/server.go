package app

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"
)

const stopLimit = 12 * time.Second

// server is the public HTTP server. Its limits are wide enough for an upload over a slow line and
// narrow enough that idle connections do not pile up.
type server struct {
	http *http.Server
}

func newServer(addr string, handler http.Handler) *server {
	return &server{http: &http.Server{
		Addr: addr, Handler: handler, MaxHeaderBytes: 32 << 10,
		ReadHeaderTimeout: 5 * time.Second, ReadTimeout: time.Minute, WriteTimeout: 90 * time.Second, IdleTimeout: 2 * time.Minute,
	}}
}

// run serves until ctx is done, then finishes the requests in hand.
func (s *server) run(ctx context.Context) error {
	listener, err := net.Listen("tcp", s.http.Addr)
	if err != nil {
		return fmt.Errorf("HTTP_ADDR: %w", err)
	}
	served := make(chan error, 1)
	go func() { served <- s.http.Serve(listener) }()
	select {
	case err := <-served:
		return err
	case <-ctx.Done():
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopLimit)
	defer cancel()
	err = s.http.Shutdown(ctx)
	if stopped := <-served; !errors.Is(stopped, http.ErrServerClosed) {
		err = errors.Join(err, stopped)
	}
	return err
}
