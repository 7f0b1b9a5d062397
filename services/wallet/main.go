// Command wallet owns the credit pools, the ledger and the holds. "wallet prove" compares the pools with the ledger
// instead, prints the differences, and exits with status 1 if there are any.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/mintfax/mintfax/services/wallet/internal/app"
	"github.com/mintfax/mintfax/shared/runner"
)

func main() {
	if len(os.Args) != 2 || os.Args[1] != "prove" {
		runner.Main("wallet", app.Run, runner.Healthcheck)
		return
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := app.Reconcile(ctx, os.Stdout)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "wallet:", err)
		os.Exit(1)
	}
}
