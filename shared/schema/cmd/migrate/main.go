// Command migrate creates the database and its roles, applies the migrations and sets the rights. It is idempotent.
//
// DATABASE_URL names the database and logs in as an administrator. DATABASE_PASSWORD_AUTH, _BILLING, _WALLET and
// _FAX_DISPATCH are the passwords of the services' roles.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/mintfax/mintfax/shared/config"
	"github.com/mintfax/mintfax/shared/schema"
)

type settings struct {
	DatabaseURL config.Secret `env:"DATABASE_URL,required"`
	Auth        config.Secret `env:"DATABASE_PASSWORD_AUTH,required"`
	Billing     config.Secret `env:"DATABASE_PASSWORD_BILLING,required"`
	Wallet      config.Secret `env:"DATABASE_PASSWORD_WALLET,required"`
	FaxDispatch config.Secret `env:"DATABASE_PASSWORD_FAX_DISPATCH,required"`
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "migrate:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context) error {
	s, err := config.Load[settings]()
	if err != nil {
		return err
	}
	passwords := map[string]string{
		"auth": s.Auth.Reveal(), "billing": s.Billing.Reveal(),
		"wallet": s.Wallet.Reveal(), "fax_dispatch": s.FaxDispatch.Reveal(),
	}
	if err := schema.Bootstrap(ctx, s.DatabaseURL.Reveal(), passwords); err != nil {
		return err
	}
	return schema.Migrate(ctx, s.DatabaseURL.Reveal())
}
