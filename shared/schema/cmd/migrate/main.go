// Command migrate makes the database and its roles, applies the migrations and sets the rights. It
// may be run any number of times.
//
// DATABASE_URL is an administrator's, naming the database; DATABASE_PASSWORD_AUTH, _BILLING, _WALLET
// and _FAX_DISPATCH are the passwords of the services' roles.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/mintfax/mintfax/shared/schema"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "migrate:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context) error {
	passwords := map[string]string{}
	for _, service := range schema.Roles() {
		passwords[service] = os.Getenv("DATABASE_PASSWORD_" + strings.ToUpper(service))
	}
	adminURL := os.Getenv("DATABASE_URL")
	if err := schema.Bootstrap(ctx, adminURL, passwords); err != nil {
		return err
	}
	return schema.Migrate(ctx, adminURL)
}
