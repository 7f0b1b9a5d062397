package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/mintfax/mintfax/deploy/stack"
)

// profile has the gateway and auth under a closed loop write down where their time goes, and puts
// gateway-<in flight>.pprof and auth-<in flight>.pprof into dir. What is measured meanwhile is not kept.
func (w *Fixture) profile(ctx context.Context, plan Plan, inFlight int, dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	var group errgroup.Group
	for _, service := range []string{stack.Gateway, stack.Auth} {
		url := fmt.Sprintf("%s/debug/pprof/profile?seconds=%.0f", w.instance.Process(service, 1).InternalURL(), plan.Each.Seconds())
		path := filepath.Join(dir, fmt.Sprintf("%s-%d.pprof", service, inFlight))
		group.Go(func() error { return download(ctx, url, path) })
	}
	group.Go(func() error {
		plan.Warm, plan.Each = 0, plan.Each+time.Second
		_, err := w.closed(ctx, plan, Gateway, inFlight)
		return err
	})
	return group.Wait()
}

func download(ctx context.Context, url, path string) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, http.NoBody)
	if err != nil {
		return err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("%s: %s", url, response.Status)
	}
	file, err := os.Create(path)
	if err != nil {
		return err
	}
	defer file.Close()
	_, err = io.Copy(file, response.Body)
	return err
}
