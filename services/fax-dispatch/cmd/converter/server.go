package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	"github.com/mintfax/mintfax/shared/runner"
)

const shutdownTimeout = 10 * time.Second

// server is the HTTP server. Its timeouts are short: its only client is on the same network.
type server struct{ http *http.Server }

func newServer(addr string, handler http.Handler) server {
	return server{&http.Server{
		Addr: addr, Handler: handler, MaxHeaderBytes: 8 << 10,
		ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 20 * time.Second, WriteTimeout: 90 * time.Second, IdleTimeout: 10 * time.Second,
	}}
}

// run serves until ctx is done, and then until the pending requests are answered or shutdownTimeout has passed.
func (s server) run(ctx context.Context) error {
	var config net.ListenConfig
	listener, err := config.Listen(ctx, "tcp", s.http.Addr)
	if err != nil {
		return fmt.Errorf("HTTP_ADDR: %w", err)
	}
	err = runner.Serve(ctx, s.http, listener, shutdownTimeout)
	if errors.Is(err, context.DeadlineExceeded) {
		return s.http.Close() // the client retries a conversion whose connection breaks
	}
	return err
}
