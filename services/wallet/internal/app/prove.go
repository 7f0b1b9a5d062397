package app

import (
	"context"
	"fmt"
	"io"
	"os"

	"github.com/mintfax/mintfax/services/wallet/internal/proof"
	"github.com/mintfax/mintfax/shared/config"
	"github.com/mintfax/mintfax/shared/postgres"
	"github.com/mintfax/mintfax/shared/telemetry"
)

// Prove proves the ledger once and prints each difference, a line each. Differences are an error. Of
// the service's settings it needs DATABASE_URL alone.
func Prove(ctx context.Context, out io.Writer) error {
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
	found, err := proof.NewStore(db).Differences(ctx)
	if err != nil {
		return err
	}
	for _, difference := range found {
		fmt.Fprintln(out, difference)
	}
	if len(found) > 0 {
		return fmt.Errorf("the ledger does not prove what is kept: %d differences", len(found))
	}
	_, err = fmt.Fprintln(out, "the ledger proves every pool")
	return err
}
