package pools

import (
	"context"
	"strings"

	"github.com/mintfax/mintfax/shared/contract"
)

type transactionRow struct {
	Seq int64
	contract.Transaction
}

// transactions returns the newest transactions of an account before a place in the ledger. The indexes order those of one
// kind in one pool, so the query reads as many of each as a page needs and merges them.
func (s store) transactions(ctx context.Context, r contract.ListTransactionsRequest, before int64, limit int) ([]transactionRow, error) {
	pools, kinds := []string{string(contract.Live), string(contract.Sandbox)}, []string{string(r.Type)}
	if r.BalanceType != "" {
		pools = []string{string(r.BalanceType)}
	}
	if r.Type == "" {
		kinds = transactionKinds()
	}
	each := `SELECT * FROM wallet.transactions WHERE account_id = ? AND balance_type = pool.type AND kind = movement.kind AND seq < ?`
	args := []any{strings.Join(pools, ","), strings.Join(kinds, ","), r.AccountID, before}
	if r.EnvironmentID != "" {
		each, args = each+` AND environment_id = ?`, append(args, r.EnvironmentID)
	}
	if r.FaxID != "" { // uses the unique index of what happens once
		each, args = each+` AND kind IN ('hold', 'capture', 'release') AND reference = ? AND fax_id = ?`, append(args, r.FaxID, r.FaxID)
	}
	var rows []transactionRow
	err := s.db.WithContext(ctx).Raw(`
		SELECT t.seq, t.id, t.balance_type, t.kind AS type, t.amount, t.available_after, t.held_after, t.fax_id, t.payment_id,
			t.environment_id, t.description, t.created_at
		FROM unnest(string_to_array(?, ',')) AS pool (type) CROSS JOIN unnest(string_to_array(?, ',')) AS movement (kind)
			CROSS JOIN LATERAL (`+each+` ORDER BY seq DESC LIMIT ?) t
		ORDER BY t.seq DESC LIMIT ?`, append(args, limit, limit)...).Scan(&rows).Error
	return rows, err
}
