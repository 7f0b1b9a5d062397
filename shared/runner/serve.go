package runner

import (
	"context"
	"errors"
	"net"
	"net/http"
	"time"
)

// Serve has a server answer on a listener until ctx is done, and then finish the requests in hand. What takes longer than
// the limit is an error, and goes on.
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
