package proof

import (
	"context"
	"fmt"

	"gorm.io/gorm"

	"github.com/mintfax/mintfax/shared/postgres"
)

// Store reads the proof, which the database works out in one statement, and so at one moment.
type Store struct {
	db *gorm.DB
}

// NewStore returns a store on the wallet's database.
func NewStore(db *gorm.DB) Store { return Store{db} }

// Differences returns everything that is not as the entries say; nothing is the only good answer. It
// reads the whole ledger.
func (s Store) Differences(ctx context.Context) ([]Difference, error) {
	var found []Difference
	err := postgres.InLongTx(ctx, s.db, func(tx *gorm.DB) error {
		return tx.Raw(`
			SELECT account_id, balance_type, what, coalesce(transaction_id, '') AS transaction_id, kept, proven
			FROM wallet.differences ORDER BY account_id, balance_type, what, transaction_id`).Scan(&found).Error
	})
	if err != nil {
		return nil, fmt.Errorf("prove the ledger: %w", err)
	}
	return found, nil
}
