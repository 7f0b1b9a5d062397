package statement

import (
	"context"
	"encoding/csv"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/mintfax/mintfax/shared/contract"
)

// columns are the columns of the CSV. A line is an opening, a movement, a total of one type, or a closing. Movements
// and totals have changes; openings, closings and movements have balances.
func columns() []string {
	return []string{
		"balance_type", "line", "id", "created_at", "type", "description", "fax_id", "payment_id", "environment_id", "count", "amount",
		"available_change", "held_change", "balance_change", "available", "held", "balance",
	}
}

// WriteCSV writes the statement as CSV (RFC 4180), movement by movement. Amounts are integers. Text that a
// spreadsheet would interpret as a formula is prefixed with an apostrophe.
func (s *Statement) WriteCSV(ctx context.Context, w io.Writer) error {
	out := csv.NewWriter(w)
	out.UseCRLF = true
	if err := out.Write(columns()); err != nil {
		return err
	}
	for _, pool := range s.Pools {
		if err := s.writePool(ctx, out, pool); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

func (s *Statement) writePool(ctx context.Context, out *csv.Writer, pool contract.StatementPool) error {
	if err := out.Write(balanceLine(pool, "opening", pool.Opening)); err != nil {
		return err
	}
	for m, err := range s.movements(ctx, pool) {
		if err != nil {
			return err
		}
		if err := out.Write(movementLine(pool, m)); err != nil {
			return err
		}
	}
	for _, total := range pool.Totals {
		if err := out.Write(totalLine(pool, total)); err != nil {
			return err
		}
	}
	return out.Write(balanceLine(pool, "closing", pool.Closing))
}

func balanceLine(pool contract.StatementPool, line string, b contract.PoolBalance) []string {
	cells := []string{string(pool.BalanceType), line, "", "", "", "", "", "", "", "", "", "", "", ""}
	return append(cells, numbers(b)...)
}

func movementLine(pool contract.StatementPool, m contract.Movement) []string {
	cells := []string{
		string(pool.BalanceType), "movement", m.ID, m.CreatedAt.UTC().Format(time.RFC3339Nano), string(m.Type), guarded(m.Description),
		orEmpty(m.FaxID), orEmpty(m.PaymentID), orEmpty(m.EnvironmentID), "", strconv.FormatInt(m.Amount, 10),
	}
	return append(append(cells, numbers(m.Change)...), numbers(m.After)...)
}

func totalLine(pool contract.StatementPool, total contract.MovementsTotal) []string {
	cells := []string{string(pool.BalanceType), "total", "", "", string(total.Type), "", "", "", "", strconv.FormatInt(total.Count, 10), ""}
	return append(append(cells, numbers(total.Change)...), "", "", "")
}

func numbers(b contract.PoolBalance) []string {
	return []string{strconv.FormatInt(b.Available, 10), strconv.FormatInt(b.Held, 10), strconv.FormatInt(b.Balance, 10)}
}

// guarded keeps a spreadsheet from running free text: what begins like a formula, after spaces too and in
// full width, gets an apostrophe in front.
func guarded(text string) string {
	trimmed := strings.TrimLeft(text, " \t\r\n\u00a0\u3000\ufeff")
	if strings.HasPrefix(text, "\t") || strings.HasPrefix(text, "\r") || strings.HasPrefix(text, "\n") ||
		strings.IndexAny(trimmed, "=+-@＝＋－＠") == 0 {
		return "'" + text
	}
	return text
}

func orEmpty(id *string) string {
	if id == nil {
		return ""
	}
	return *id
}
