// Command billing owns Stripe, the credit packages, the payments and the activation of accounts. Run as "billing
// reconcile" it compares payments with Stripe and the ledger and prints the differences. It then exits with status 1 if
// there are any, and with 2 if it could not compare.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/mintfax/mintfax/services/billing/internal/app"
	"github.com/mintfax/mintfax/shared/runner"
)

func main() {
	if len(os.Args) < 2 || os.Args[1] != "reconcile" {
		runner.Main("billing", app.Run, runner.Healthcheck)
		return
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := app.Reconcile(ctx, os.Args[2:], os.Stdout)
	stop()
	switch {
	case errors.Is(err, app.ErrDifferences):
		os.Exit(1)
	case err != nil:
		fmt.Fprintln(os.Stderr, "billing:", err)
		os.Exit(2)
	}
}
