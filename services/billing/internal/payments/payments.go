package payments

import (
	"context"
	"fmt"

	"github.com/mintfax/mintfax/shared/contract"
	"github.com/mintfax/mintfax/shared/postgres"
)

// Service answers for the payments and cards of every account.
type Service struct {
	store Store
}

// New returns a service on what store keeps.
func New(store Store) *Service {
	return &Service{store: store}
}

// List returns one page of an account's payments, newest first.
func (s *Service) List(ctx context.Context, r contract.ListOwnedRequest) (contract.List[contract.Payment], error) {
	after, err := postgres.BeginPage(r.Page)
	if err != nil {
		return contract.List[contract.Payment]{}, err
	}
	rows, err := s.store.page(ctx, r.AccountID, after, r.Page.Limit+1)
	if err != nil {
		return contract.List[contract.Payment]{}, fmt.Errorf("read the payments: %w", err)
	}
	return postgres.CutPage(rows, r.Page.Limit, func(p contract.Payment) postgres.Cursor {
		return postgres.Cursor{At: p.CreatedAt, ID: p.ID}
	}), nil
}

// Card returns the saved card of an account, if there is one.
func (s *Service) Card(ctx context.Context, r contract.GetAccountRequest) (contract.CardOnFile, error) {
	card, err := s.store.card(ctx, r.AccountID)
	if err != nil {
		return contract.CardOnFile{}, fmt.Errorf("read the card on file: %w", err)
	}
	return contract.CardOnFile{Card: card}, nil
}
