package runner

import (
	"context"
	"errors"
	"net"
	"net/http"
	"time"
)

// Serve runs a server on a listener until ctx is done, and then finishes the requests in progress. If they take longer
// than the limit, it returns an error and leaves them running.
func Serve(ctx context.Context, server *http.Server, listener net.Listener, limit time.Duration) error {
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()
	select {
	case err := <-served:
		return err
	case <-ctx.Done():
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), limit)
	defer cancel()
	err := server.Shutdown(ctx)
	if stopped := <-served; !errors.Is(stopped, http.ErrServerClosed) {
		err = errors.Join(err, stopped)
	}
	return err
}
