// Command monolith is the gateway with the judging of keys built in, for the benchmark: the same
// requests, limits, logs and metrics, without a question over the broker.
package main

import (
	"context"

	"github.com/mintfax/mintfax/services/gateway/internal/app"
	"github.com/mintfax/mintfax/services/gateway/internal/monolith"
	"github.com/mintfax/mintfax/shared/config"
	"github.com/mintfax/mintfax/shared/runner"
)

func main() { runner.Main("monolith", run, runner.Healthcheck) }

func run(ctx context.Context) error {
	cfg, err := config.Load[monolith.Config]()
	if err != nil {
		return err
	}
	judge, err := monolith.New(ctx, cfg)
	if err != nil {
		return err
	}
	defer judge.Close()
	return app.RunAsking(ctx, judge.Ask)
}
