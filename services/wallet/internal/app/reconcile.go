package app

import (
	"context"
	"fmt"
	"io"
	"os"

	"github.com/mintfax/mintfax/services/wallet/internal/pools"
	"github.com/mintfax/mintfax/shared/config"
	"github.com/mintfax/mintfax/shared/postgres"
	"github.com/mintfax/mintfax/shared/telemetry"
)

// Reconcile compares the pools with the ledger once, prints one line for each difference, and fails if there are any.
// It needs the setting DATABASE_URL alone.
func Reconcile(ctx context.Context, out io.Writer) error {
	cfg, err := config.Load[struct {
		DatabaseURL config.Secret `env:"DATABASE_URL,required,notEmpty"`
	}]()
	if err != nil {
		return err
	}
	db, err := postgres.Open(ctx, cfg.DatabaseURL.Reveal(), telemetry.NewLogger(os.Stderr, "wallet", "warn"))
	if err != nil {
		return err
	}
	defer postgres.Close(db) //nolint:errcheck // the program ends
	found, err := pools.Differences(ctx, db)
	if err != nil {
		return err
	}
	for _, difference := range found {
		fmt.Fprintln(out, difference)
	}
	if len(found) > 0 {
		return fmt.Errorf("the pools differ from the ledger: %d differences", len(found))
	}
	_, err = fmt.Fprintln(out, "the ledger matches every pool")
	return err
}
