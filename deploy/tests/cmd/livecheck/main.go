// Command livecheck checks a running instance.
//
//	DATABASE_URL=… AMQP_URL=… [STRIPE_API_URL=…] [CARRIER_FAKES_URL=…] livecheck invariants
//	GATEWAY_URL=… MAIL_DIR=… DATABASE_URL=… AMQP_URL=… livecheck traffic -faxes 20 -purchases 2 -for 30s
//
// The database URL is an administrator's. With a Stripe URL, which must be the emulator's, payments are compared with
// what it charged; with that of the carrier fakes, their calls with the faxes. Traffic needs the emulator. The exit
// status is 1 when a promise or an invariant is broken.
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
	commands := map[string]func(context.Context, []string) error{"invariants": checkInvariants, "traffic": runTraffic}
	if len(os.Args) < 2 || commands[os.Args[1]] == nil {
		fmt.Fprintln(os.Stderr, "usage: livecheck invariants|traffic [flags]")
		os.Exit(2)
	}
	if err := commands[os.Args[1]](ctx, os.Args[2:]); err != nil {
		fmt.Fprintln(os.Stderr, os.Args[1]+":", err)
		os.Exit(1)
	}
}
