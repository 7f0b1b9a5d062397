package pools

import (
	"context"
	"fmt"
	"math"
	"strconv"

	"github.com/mintfax/mintfax/shared/apierror"
	"github.com/mintfax/mintfax/shared/contract"
)

// ListTransactions returns one page of an account's transactions, newest first.
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

// cursor encodes a place in the ledger. The ledger is ordered by seq, which is assigned under the pool's lock; times can
// be equal.
func cursor(seq int64) string { return strconv.FormatInt(seq, 36) }

func parseCursor(text string) (int64, error) {
	if text == "" {
		return math.MaxInt64, nil
	}
	seq, err := strconv.ParseInt(text, 36, 64)
	if err != nil || seq <= 0 {
		return 0, apierror.Field("cursor", "The cursor is not one that a list returned.")
	}
	return seq, nil
}
