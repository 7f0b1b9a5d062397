package settlement

import (
	"context"
	"fmt"

	"github.com/mintfax/mintfax/shared/contract"
	"github.com/mintfax/mintfax/shared/listing"
)

// ListPayments returns one page of an account's payments, newest first.
func (s *Service) ListPayments(ctx context.Context, r contract.ListOwnedRequest) (contract.List[contract.Payment], error) {
	after, err := listing.Begin(r.Page)
	if err != nil {
		return contract.List[contract.Payment]{}, err
	}
	rows, err := s.store.paymentPage(ctx, r.AccountID, after, r.Page.Limit+1)
	if err != nil {
		return contract.List[contract.Payment]{}, fmt.Errorf("read the payments: %w", err)
	}
	return listing.Cut(rows, r.Page.Limit, func(p contract.Payment) listing.Cursor {
		return listing.Cursor{At: p.CreatedAt, ID: p.ID}
	}), nil
}
