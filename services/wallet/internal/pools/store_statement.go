package pools

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/mintfax/mintfax/shared/contract"
)

type boundsRow struct {
	BalanceType contract.EnvironmentType
	AfterSeq    int64
	LastSeq     int64
	AsOf        time.Time
}

// statementBounds returns the bounds of each pool, live first.
func (s store) statementBounds(ctx context.Context, accountID string, from, until time.Time) ([]boundsRow, error) {
	var rows []boundsRow
	err := s.db.WithContext(ctx).Raw(
		`SELECT * FROM wallet.statement_bounds(?, ?, ?)`, accountID, from, until).Scan(&rows).Error
	return rows, err
}

// balance returns the balance of a pool after the movement seq; 0 is before the first.
func (s store) balance(ctx context.Context, accountID string, of contract.EnvironmentType, seq int64) (contract.PoolBalance, error) {
	var row struct{ AvailableAfter, HeldAfter int64 }
	err := s.db.WithContext(ctx).Raw(`
		SELECT available_after, held_after FROM wallet.transactions
		WHERE account_id = ? AND balance_type = ? AND kind IN ? AND seq = ?`, accountID, string(of), transactionKinds(), seq).Scan(&row).Error
	return contract.NewPoolBalance(row.AvailableAfter, row.HeldAfter), err
}

// totals sums up the changes between consecutive balances, starting with opening. The movements report their changes by
// their entries instead, so that a reader can check one against the other.
func (s store) totals(ctx context.Context, accountID string, of contract.EnvironmentType, within contract.MovementRange, opening contract.PoolBalance) ([]contract.MovementsTotal, error) {
	var rows []struct {
		Kind            contract.TransactionType
		N               int64
		Available, Held int64
	}
	err := s.db.WithContext(ctx).Raw(`
		SELECT kind, count(*) AS n, sum(available)::bigint AS available, sum(held)::bigint AS held
		FROM (SELECT kind,
				available_after - lag(available_after, 1, ?::bigint) OVER by_seq AS available,
				held_after - lag(held_after, 1, ?::bigint) OVER by_seq AS held
			FROM wallet.transactions
			WHERE account_id = ? AND balance_type = ? AND kind IN ? AND seq > ? AND seq <= ?
			WINDOW by_seq AS (ORDER BY seq)) changes
		GROUP BY kind`,
		opening.Available, opening.Held, accountID, string(of), transactionKinds(), within.After, within.Last).Scan(&rows).Error
	if err != nil {
		return nil, err
	}
	totals := make([]contract.MovementsTotal, 0, len(rows))
	for _, row := range rows {
		totals = append(totals, contract.MovementsTotal{Type: row.Kind, Count: row.N, Change: contract.NewPoolBalance(row.Available, row.Held)})
	}
	order := contract.TransactionTypes()
	slices.SortFunc(totals, func(a, b contract.MovementsTotal) int {
		return slices.Index(order, a.Type) - slices.Index(order, b.Type)
	})
	return totals, nil
}

type movementRow struct {
	Seq                             int64
	ID                              string
	Type                            contract.TransactionType
	CreatedAt                       time.Time
	Description                     string
	FaxID, PaymentID, EnvironmentID *string
	Amount                          int64
	Available, Held                 int64
	AvailableAfter, HeldAfter       int64
}

func (r movementRow) movement() contract.Movement {
	return contract.Movement{
		ID: r.ID, Type: r.Type, CreatedAt: r.CreatedAt.UTC(), Description: r.Description,
		FaxID: r.FaxID, PaymentID: r.PaymentID, EnvironmentID: r.EnvironmentID, Amount: r.Amount,
		Change: contract.NewPoolBalance(r.Available, r.Held), After: contract.NewPoolBalance(r.AvailableAfter, r.HeldAfter),
	}
}

// size returns an upper bound of the movement's length in JSON.
func (r movementRow) size() int {
	size := movementBytes + len(r.ID) + len(r.Type) + len(time.RFC3339Nano) + len(r.Description)
	if strings.Trim(r.Description, unescaped) != "" {
		size += 5 * len(r.Description) // JSON escapes a byte as six at most
	}
	for _, id := range []*string{r.FaxID, r.PaymentID, r.EnvironmentID} {
		if id != nil {
			size += len(*id)
		}
	}
	for _, number := range []int64{r.Amount, r.Available, r.Held, r.Available + r.Held, r.AvailableAfter, r.HeldAfter, r.AvailableAfter + r.HeldAfter} {
		size += len(strconv.FormatInt(number, 10))
	}
	return size
}

// unescaped are characters that JSON never escapes.
const unescaped = " -.,0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

// movements returns the first movements of a range, in order.
func (s store) movements(ctx context.Context, r contract.ListMovementsRequest, limit int) ([]movementRow, error) {
	var rows []movementRow
	err := s.db.WithContext(ctx).Raw(`
		SELECT t.seq, t.id, t.kind AS type, t.created_at, t.description, t.fax_id, t.payment_id, t.environment_id, t.amount,
			e.available, e.held, t.available_after, t.held_after
		FROM (SELECT first.* FROM unnest(string_to_array(?, ',')) AS movement (kind) CROSS JOIN LATERAL (
				SELECT * FROM wallet.transactions
				WHERE account_id = ? AND balance_type = ? AND kind = movement.kind AND seq > ? AND seq <= ? ORDER BY seq LIMIT ?) first
			ORDER BY first.seq LIMIT ?) t
		CROSS JOIN LATERAL (SELECT
				coalesce(sum(amount) FILTER (WHERE ledger_account = 'available'), 0)::bigint AS available,
				coalesce(sum(amount) FILTER (WHERE ledger_account = 'held'), 0)::bigint AS held
			FROM wallet.entries WHERE transaction_id = t.id) e
		ORDER BY t.seq`,
		strings.Join(transactionKinds(), ","), r.AccountID, string(r.BalanceType), r.Range.After, r.Range.Last, limit, limit).Scan(&rows).Error
	return rows, err
}
