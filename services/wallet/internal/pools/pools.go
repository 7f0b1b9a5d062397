// Package pools answers for an account's credit pools: balances, transactions, monthly statements and the low-balance
// setting. It only reads the ledger.
package pools

import (
	"context"
	"fmt"

	"github.com/mintfax/mintfax/shared/contract"
	"github.com/mintfax/mintfax/shared/postgres"
)

// Service handles the requests about pools.
type Service struct {
	db    *postgres.DB
	store store
}

// New returns a service on the wallet's database.
func New(db *postgres.DB) *Service {
	return &Service{db: db, store: store{db: db}}
}

// GetBalances returns the balances of both pools, live first.
func (s *Service) GetBalances(ctx context.Context, r contract.GetAccountRequest) (contract.Balances, error) {
	balances, err := s.store.balances(ctx, r.AccountID)
	if err != nil {
		return contract.Balances{}, fmt.Errorf("read the pools: %w", err)
	}
	return contract.Balances{Data: balances}, nil
}
