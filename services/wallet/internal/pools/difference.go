package pools

import (
	"context"
	"fmt"

	"github.com/mintfax/mintfax/shared/contract"
	"github.com/mintfax/mintfax/shared/postgres"
)

// Difference is a stored amount, in credits, that contradicts the ledger's entries.
type Difference struct {
	AccountID     string
	BalanceType   contract.EnvironmentType
	What          string // available, held, owed, open holds, or what is wrong with a transaction
	TransactionID string // empty if the pool differs
	Kept          int64  // the pool's amount, or the sum of the transaction's entries
	Proven        int64  // what it must be
}

// Differences returns all differences. It reads the whole ledger, in one statement and so at one moment.
func Differences(ctx context.Context, db *postgres.DB) ([]Difference, error) {
	var found []Difference
	err := postgres.InLongTx(ctx, db, func(tx *postgres.DB) (err error) {
		found, err = store{tx}.differences(ctx)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("reconcile the ledger: %w", err)
	}
	return found, nil
}

func (d Difference) String() string {
	about := fmt.Sprintf("%s: %s pool: %s", d.AccountID, d.BalanceType, d.What)
	if d.TransactionID != "" {
		about += " " + d.TransactionID
	}
	return fmt.Sprintf("%s: it is %d and must be %d", about, d.Kept, d.Proven)
}
