package pools

import (
	"context"

	"gorm.io/gorm"

	"github.com/mintfax/mintfax/shared/contract"
)

// store reads the pools and the ledger. Only the ledger's operations write.
type store struct {
	db *gorm.DB
}

func (s store) balances(ctx context.Context, accountID string) ([]contract.Balance, error) {
	balances := []contract.Balance{}
	err := s.db.WithContext(ctx).Raw(`
		SELECT balance_type, available, held, ? AS currency FROM wallet.pools
		WHERE account_id = ? ORDER BY balance_type`, contract.Currency, accountID).Scan(&balances).Error
	return balances, err
}

func (s store) settings(ctx context.Context, accountID string) (contract.Settings, bool, error) {
	var found []contract.Settings
	err := s.db.WithContext(ctx).Raw(`
		SELECT low_balance_threshold FROM wallet.pools WHERE account_id = ? AND balance_type = 'live'`, accountID).Scan(&found).Error
	if err != nil || len(found) == 0 {
		return contract.Settings{}, false, err
	}
	return found[0], true, nil
}

// differences reads the view that compares every pool and transaction with the entries of the ledger.
func (s store) differences(ctx context.Context) ([]Difference, error) {
	var found []Difference
	err := s.db.WithContext(ctx).Raw(`
		SELECT account_id, balance_type, what, coalesce(transaction_id, '') AS transaction_id, kept, proven
		FROM wallet.differences ORDER BY account_id, balance_type, what, transaction_id`).Scan(&found).Error
	return found, err
}

// transactionKinds returns all kinds. The ledger has an index in the order of each kind, and none over all kinds.
func transactionKinds() []string {
	var all []string
	for _, kind := range contract.TransactionTypes() {
		all = append(all, string(kind))
	}
	return all
}
