// Command bench-ledger measures holds and captures of the ledger next to the same work typed naively, on a
// Postgres of its own. It writes a table and ledger.json.
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
	"time"

	"github.com/mintfax/mintfax/deploy/bench"
	"github.com/mintfax/mintfax/deploy/stack/servers"
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
	if err := run(ctx, plan, *out); err != nil {
		fmt.Fprintln(os.Stderr, "bench-ledger:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, plan Plan, out string) (err error) {
	dir, err := os.MkdirTemp("", "mintfax-bench-ledger-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	say := func(line string) { fmt.Fprintln(os.Stderr, time.Now().Format("15:04:05"), line) }
	set, err := servers.Start(ctx, servers.Options{Dir: filepath.Join(dir, "servers"), Ephemeral: true, Durable: true, Say: say})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, set.Stop()) }()
	results, err := Run(ctx, set.Addresses().Database, plan, say)
	if err != nil {
		return err
	}
	if err := results.Print(os.Stdout); err != nil {
		return err
	}
	return bench.WriteJSON(out, "ledger.json", results)
}
