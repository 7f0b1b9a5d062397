// Command stripe-emulator plays Stripe for development and tests: the part of its API that billing
// uses, its Checkout page and its webhooks. It keeps everything in memory,
// and with EMULATOR_STATE_FILE also in a file.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "stripe-emulator:", err)
		os.Exit(1)
	}
}
