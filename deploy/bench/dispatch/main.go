// Command dispatch offers sandbox faxes at growing rates to an instance of its own, and prints how many are
// delivered and how long each takes. It writes dispatch.json.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"text/tabwriter"
	"time"

	"github.com/mintfax/mintfax/deploy/bench"
	"github.com/mintfax/mintfax/deploy/stack"
	"github.com/mintfax/mintfax/deploy/stack/local"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	each := flag.Duration("each", 10*time.Second, "how long faxes are offered at each rate")
	out := flag.String("out", ".run/bench", "the directory to write dispatch.json to")
	flag.Parse()
	documents, err := Documents()
	if err == nil {
		plan := Plan{Rates: []float64{10, 25, 50, 100}, Each: *each, Documents: documents}
		err = bench.Run(ctx, "dispatch", func(ctx context.Context, rig bench.Rig) error { return run(ctx, rig, plan, *out) })
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench-dispatch:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, rig bench.Rig, plan Plan, out string) (err error) {
	unlimited := map[string]string{"LIMIT_ADDRESS_PER_MINUTE": "1000000", "LIMIT_KEY_PER_MINUTE": "1000000", "LIMIT_REGISTRATIONS_PER_HOUR": "1000000"}
	instance, err := stack.Start(ctx, stack.Options{
		Dir: filepath.Join(rig.Dir, "instance"), Servers: rig.Servers.Addresses(), Log: rig.Log, Env: map[string]map[string]string{stack.Gateway: unlimited},
	})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, instance.Close(context.WithoutCancel(ctx))) }()
	steps, err := Run(ctx, instance, rig, plan)
	if err != nil {
		return err
	}
	table := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "document\toffered a second\toffered\tdelivered\tdropped\tfailed\tdelivered a second\tp50\tp99")
	for _, s := range steps {
		fmt.Fprintf(table, "%s\t%.0f\t%d\t%d\t%d\t%d\t%.1f\t%.0f ms\t%.0f ms\n", s.Document, s.PerSecond, s.Offered, s.Delivered, s.Dropped, s.Failed, s.Achieved, s.P50, s.P99)
	}
	fmt.Fprintln(table, "\nprocessor ms a fax\toffered a second\tall\trenderers\tPostgres\tfax-dispatch\tRabbitMQ\tgateway\twallet\tcommits\tWAL")
	for _, s := range steps {
		c := s.Cost.CPU
		fmt.Fprintf(table, "%s\t%.0f\t%.0f\t%.0f\t%.1f\t%.1f\t%.1f\t%.1f\t%.1f\t%.1f\t%.0f KB\n", s.Document, s.PerSecond, c[everything], c[renderers],
			c[local.Postgres], c[stack.FaxDispatch], c[local.RabbitMQ], c[stack.Gateway], c[stack.Wallet], s.Cost.Commits, s.Cost.WAL)
	}
	if err := table.Flush(); err != nil {
		return err
	}
	return bench.WriteJSON(out, "dispatch.json", steps)
}
