// Command bench-gateway is the gateway with another way of checking keys. The benchmark compares the gateway with it:
// the requests, limits, logs and metrics are the same.
package main

import (
	"context"

	"github.com/mintfax/mintfax/services/gateway/internal/app"
	"github.com/mintfax/mintfax/shared/config"
	"github.com/mintfax/mintfax/shared/runner"
)

func main() { runner.Main("bench-gateway", run, runner.Healthcheck) }

func run(ctx context.Context) error {
	cfg, err := config.Load[Config]()
	if err != nil {
		return err
	}
	options := app.Options{Unbatched: !cfg.Batched}
	if cfg.Monolith {
		checker, err := newChecker(ctx, cfg)
		if err != nil {
			return err
		}
		defer checker.Close()
		options.CheckKeys = checker.CheckKeys
	}
	return app.RunWith(ctx, options)
}
