package pools

import (
	"context"

	"gorm.io/gorm"

	"github.com/mintfax/mintfax/shared/contract"
)

// store reads the pools and the ledger. Writing is for the ledger's operations alone.
type store struct {
	db *gorm.DB
}

type transactionRow struct {
	Seq int64
	contract.Transaction
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

func (s store) transactions(ctx context.Context, r contract.ListTransactionsRequest, before int64, limit int) ([]transactionRow, error) {
	query := s.db.WithContext(ctx).Table("wallet.transactions").
		Select(`seq, id, balance_type, kind AS type, amount, available_after, held_after, fax_id, payment_id, environment_id, description, created_at`).
		Where("account_id = ? AND seq < ?", r.AccountID, before)
	if r.EnvironmentID != "" {
		query = query.Where("environment_id = ?", r.EnvironmentID)
	}
	if r.BalanceType != "" {
		query = query.Where("balance_type = ?", string(r.BalanceType))
	}
	if r.Type != "" {
		query = query.Where("kind = ?", string(r.Type))
	}
	if r.FaxID != "" { // by the unique index of what happens once
		query = query.Where("kind IN ('hold', 'capture', 'release') AND reference = ? AND fax_id = ?", r.FaxID, r.FaxID)
	}
	var rows []transactionRow
	err := query.Order("seq DESC").Limit(limit).Scan(&rows).Error
	return rows, err
}
