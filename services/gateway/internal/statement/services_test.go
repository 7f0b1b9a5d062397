package statement_test

import (
	"bytes"
	"context"
	"strconv"
	"testing"
	"time"

	"github.com/ledongthuc/pdf"
	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/services/gateway/internal/statement"
	"github.com/mintfax/mintfax/shared/bus/bustest"
	"github.com/mintfax/mintfax/shared/contract"
)

const pageOf = 500

// book is a wallet that has moved: in each pool a first movement that funds it, and then faxes, each of
// which is held and captured, or held and released.
type book struct {
	name      string
	complete  bool
	movements map[contract.EnvironmentType]int
	describe  func(n int) string
	tamper    func(n int, m *contract.Movement)
	asked     int
}

func (b *book) open(t *testing.T) *statement.Statement {
	t.Helper()
	opened, err := statement.Open(t.Context(), b.services(), "acct_0123456789ABCDEFGHIJKL", "2026-02")
	require.NoError(t, err)
	return opened
}

func (b *book) services() *bustest.Services {
	services := &bustest.Services{}
	bustest.Answer(services, contract.GetAccount, func(_ context.Context, r contract.GetAccountRequest) (contract.Account, error) {
		return contract.Account{ID: r.AccountID, Name: b.name}, nil
	})
	bustest.Answer(services, contract.OpenStatement, func(_ context.Context, r contract.OpenStatementRequest) (contract.Statement, error) {
		made := contract.Statement{Month: r.Month, AsOf: time.Date(2026, 2, 20, 9, 30, 0, 0, time.UTC), Complete: b.complete}
		for _, pool := range []contract.EnvironmentType{contract.Live, contract.Sandbox} {
			made.Pools = append(made.Pools, b.pool(pool))
		}
		return made, nil
	})
	bustest.Answer(services, contract.ListMovements, func(_ context.Context, r contract.ListMovementsRequest) (contract.Movements, error) {
		b.asked++
		page := contract.Movements{}
		for n := r.Range.After + 1; n <= r.Range.Last; n++ {
			if len(page.Data) == pageOf {
				page.Rest = &contract.MovementRange{After: n - 1, Last: r.Range.Last}
				break
			}
			m := b.movement(r.BalanceType, int(n))
			if b.tamper != nil {
				b.tamper(int(n), &m)
			}
			page.Data = append(page.Data, m)
		}
		return page, nil
	})
	return services
}

func (b *book) pool(of contract.EnvironmentType) contract.StatementPool {
	pool := contract.StatementPool{BalanceType: of, Opening: contract.NewPoolBalance(40, 0), Range: contract.MovementRange{Last: int64(b.movements[of])}}
	pool.Closing = pool.Opening
	sums := map[contract.TransactionType]contract.MovementsTotal{}
	for n := 1; n <= b.movements[of]; n++ {
		m := b.movement(of, n)
		pool.Closing = m.After
		sums[m.Type] = contract.MovementsTotal{Type: m.Type, Count: sums[m.Type].Count + 1, Change: sums[m.Type].Change.Plus(m.Change)}
	}
	for _, kind := range contract.TransactionTypes() {
		if sums[kind].Count > 0 {
			pool.Totals = append(pool.Totals, sums[kind])
		}
	}
	return pool
}

const funds = 10_000_000

// movement is the n-th, from 1 on. Of the holds every third is released.
func (b *book) movement(of contract.EnvironmentType, n int) contract.Movement {
	payment, environment := "pay_0123456789ABCDEFGHIJKL", "env_0123456789ABCDEFGHIJKL"
	m := contract.Movement{
		ID: "txn_" + strconv.Itoa(n), Type: contract.TransactionPurchase, Description: "Starter: 1,000 credits", PaymentID: &payment,
		Amount: funds, Change: contract.NewPoolBalance(funds, 0), After: contract.NewPoolBalance(funds+40, 0),
		CreatedAt: time.Date(2026, 2, 1, 0, 0, n, 123456000, time.UTC),
	}
	if n > 1 {
		pair := (n - 2) / 2 // of a hold and its end
		fax := "fax_" + "ABCDEFGHIJKLMNOPQ" + strconv.Itoa(10000+pair)
		spent := int64(6 * (pair - (pair+2)/3))
		before := contract.NewPoolBalance(funds+40-spent, 0)
		m.PaymentID, m.FaxID, m.EnvironmentID = nil, &fax, &environment
		switch {
		case n%2 == 0:
			m.Type, m.Amount, m.Description, m.Change = contract.TransactionHold, -6, "Fax accepted", contract.NewPoolBalance(-6, 6)
			m.After = before.Plus(m.Change)
		case pair%3 == 0:
			m.Type, m.Amount, m.Description, m.Change = contract.TransactionRelease, 6, "Fax not delivered", contract.NewPoolBalance(6, -6)
			m.After = before
		default:
			m.Type, m.Amount, m.Description, m.Change = contract.TransactionCapture, -6, "Fax delivered", contract.NewPoolBalance(0, -6)
			m.After = before.Plus(contract.NewPoolBalance(-6, 0))
		}
	}
	if b.describe != nil {
		m.Description = b.describe(n)
	}
	return m
}

// printed is the text of each page of a PDF, line by line.
func printed(t *testing.T, document []byte) [][]string {
	t.Helper()
	reader, err := pdf.NewReader(bytes.NewReader(document), int64(len(document)))
	require.NoError(t, err)
	var pages [][]string
	for n := 1; n <= reader.NumPage(); n++ {
		rows, err := reader.Page(n).GetTextByRow()
		require.NoError(t, err)
		var lines []string
		for _, row := range rows {
			line := ""
			for _, word := range row.Content {
				line += word.S + "|"
			}
			lines = append(lines, line)
		}
		pages = append(pages, lines)
	}
	return pages
}
