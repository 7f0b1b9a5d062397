package pools

import (
	"context"
	"fmt"

	"github.com/mintfax/mintfax/shared/apierror"
	"github.com/mintfax/mintfax/shared/contract"
)

// A page of movements takes most of a message, because each page is a round trip. Descriptions are short, but no rule
// bounds them, so pages are bounded by bytes as well.
const (
	pageMovements = 800
	pageBytes     = 320 << 10
	movementBytes = 240 // of a movement in JSON, without its texts and numbers
)

// OpenStatement returns the balances and totals of a month, and the range of its movements. The range is fixed, so that
// a statement of the current month does not change while it is read.
func (s *Service) OpenStatement(ctx context.Context, r contract.OpenStatementRequest) (contract.Statement, error) {
	from, until, err := r.Month.Bounds()
	if err != nil {
		return contract.Statement{}, apierror.Field("month", "The month must be a month like 2026-11.")
	}
	bounds, err := s.store.statementBounds(ctx, r.AccountID, from, until)
	if err != nil {
		return contract.Statement{}, fmt.Errorf("bound the statement: %w", err)
	}
	if len(bounds) == 0 {
		return contract.Statement{}, apierror.New(apierror.NotFound)
	}
	asOf := bounds[0].AsOf.UTC()
	if from.After(asOf) {
		return contract.Statement{}, apierror.Field("month", "The month has not begun.")
	}
	opened := contract.Statement{Month: r.Month, AsOf: asOf, Complete: !until.After(asOf)}
	for _, b := range bounds {
		pool, err := s.statementPool(ctx, r.AccountID, b)
		if err != nil {
			return contract.Statement{}, err
		}
		opened.Pools = append(opened.Pools, pool)
	}
	return opened, nil
}

func (s *Service) statementPool(ctx context.Context, accountID string, b boundsRow) (contract.StatementPool, error) {
	within := contract.MovementRange{After: b.AfterSeq, Last: b.LastSeq}
	opening, err := s.store.balance(ctx, accountID, b.BalanceType, within.After)
	if err != nil {
		return contract.StatementPool{}, fmt.Errorf("read the opening balance: %w", err)
	}
	closing, err := s.store.balance(ctx, accountID, b.BalanceType, within.Last)
	if err != nil {
		return contract.StatementPool{}, fmt.Errorf("read the closing balance: %w", err)
	}
	totals, err := s.store.totals(ctx, accountID, b.BalanceType, within, opening)
	if err != nil {
		return contract.StatementPool{}, fmt.Errorf("sum the movements: %w", err)
	}
	return contract.StatementPool{
		BalanceType: b.BalanceType, Opening: opening, Closing: closing, Totals: totals, Range: within,
	}, nil
}

// ListMovements returns the first movements of a range, and the rest of the range.
func (s *Service) ListMovements(ctx context.Context, r contract.ListMovementsRequest) (contract.Movements, error) {
	rows, err := s.store.movements(ctx, r, pageMovements+1)
	if err != nil {
		return contract.Movements{}, fmt.Errorf("read the movements: %w", err)
	}
	page := contract.Movements{Data: []contract.Movement{}}
	size := 0
	for n, row := range rows {
		size += row.size()
		if n == pageMovements || (n > 0 && size > pageBytes) {
			page.Rest = &contract.MovementRange{After: rows[n-1].Seq, Last: r.Range.Last}
			break
		}
		page.Data = append(page.Data, row.movement())
	}
	return page, nil
}
