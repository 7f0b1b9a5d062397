package pools

import (
	"context"
	"fmt"

	"github.com/mintfax/mintfax/shared/contract"
	"github.com/mintfax/mintfax/shared/postgres"
)

// Service answers for the pools of every account.
type Service struct {
	db    *postgres.DB
	store store
}

// New returns a service on the wallet's database.
func New(db *postgres.DB) *Service {
	return &Service{db: db, store: store{db: db}}
}

// GetBalances returns both pools, live first.
func (s *Service) GetBalances(ctx context.Context, r contract.GetAccountRequest) (contract.Balances, error) {
	balances, err := s.store.balances(ctx, r.AccountID)
	if err != nil {
		return contract.Balances{}, fmt.Errorf("read the pools: %w", err)
	}
	return contract.Balances{Data: balances}, nil
}

// ListTransactions returns one page of an account's ledger, newest first.
func (s *Service) ListTransactions(ctx context.Context, r contract.ListTransactionsRequest) (contract.List[contract.Transaction], error) {
	before, err := parseCursor(r.Page.Cursor)
	if err != nil {
		return contract.List[contract.Transaction]{}, err
	}
	rows, err := s.store.transactions(ctx, r, before, r.Page.Limit+1)
	if err != nil {
		return contract.List[contract.Transaction]{}, fmt.Errorf("read the ledger: %w", err)
	}
	list := contract.List[contract.Transaction]{Data: make([]contract.Transaction, 0, len(rows))}
	if len(rows) > r.Page.Limit {
		rows = rows[:r.Page.Limit]
		next := cursor(rows[len(rows)-1].Seq)
		list.NextCursor = &next
	}
	for _, row := range rows {
		list.Data = append(list.Data, row.Transaction)
	}
	return list, nil
}
