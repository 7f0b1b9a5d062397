// Command ledger measures holds and captures of the ledger next to a naive implementation of the same work,
// on a Postgres of its own. It writes a table and ledger.json.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/mintfax/mintfax/deploy/bench"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	plan := Plan{Accounts: 1000}
	flag.IntVar(&plan.Rounds, "rounds", 5, "how often to measure everything")
	flag.DurationVar(&plan.Each, "each", 4*time.Second, "how long one measurement lasts")
	flag.DurationVar(&plan.Warm, "warm", time.Second, "how long to warm up before it")
	flag.IntVar(&plan.Workers, "workers", 16, "how many work at once")
	out := flag.String("out", ".run/bench", "the directory to write ledger.json to")
	flag.Parse()
	err := bench.Run(ctx, "ledger", func(ctx context.Context, rig bench.Rig) error { return run(ctx, rig, plan, *out) })
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench-ledger:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, rig bench.Rig, plan Plan, out string) error {
	results, err := Run(ctx, rig.Servers.Addresses().Database, plan, rig.Log)
	if err != nil {
		return err
	}
	if err := results.Print(os.Stdout); err != nil {
		return err
	}
	return bench.WriteJSON(out, "ledger.json", results)
}
