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

const stopLimit = 10 * time.Second

// server is the HTTP server. Its only client is near, so that a slow one is broken.
type server struct{ http *http.Server }

func newServer(addr string, handler http.Handler) server {
	return server{&http.Server{
		Addr: addr, Handler: handler, MaxHeaderBytes: 8 << 10,
		ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 20 * time.Second, WriteTimeout: 90 * time.Second, IdleTimeout: 10 * time.Second,
	}}
}

// run serves until ctx is done, then finishes the requests in hand; what takes too long is broken off.
func (s server) run(ctx context.Context) error {
	var listening net.ListenConfig
	listener, err := listening.Listen(ctx, "tcp", s.http.Addr)
	if err != nil {
		return fmt.Errorf("HTTP_ADDR: %w", err)
	}
	err = runner.Serve(ctx, s.http, listener, stopLimit)
	if errors.Is(err, context.DeadlineExceeded) {
		return s.http.Close() // a conversion in hand ends with its connection, and its asker tries again
	}
	return err
}
