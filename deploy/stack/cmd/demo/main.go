// Command demo walks one account from registration to a delivered live fax against the instance that
// `make up` has started, and prints each step.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/mintfax/mintfax/deploy/stack/apiclient"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	gateway, mailDir := os.Getenv("GATEWAY_URL"), os.Getenv("MAIL_DIR")
	if gateway == "" || mailDir == "" {
		fmt.Fprintln(os.Stderr, "demo: GATEWAY_URL and MAIL_DIR are not set: run `make demo`, which starts everything first")
		os.Exit(1)
	}
	if err := run(ctx, apiclient.New(gateway, mailDir), newPrinter(os.Stdout)); err != nil {
		fmt.Fprintln(os.Stderr, "\ndemo: not as promised:", err)
		os.Exit(1)
	}
	fmt.Printf(`
Everything was as promised, and it is still running. Try next:
  %s/dashboard/activate   the dashboard (sign in by mail; mails arrive in %s)
  %s/docs                 the API reference
  make logs                                   what the services say
  make down                                   stop it; make up starts it again where it was
`, gateway, mailDir, gateway)
}
