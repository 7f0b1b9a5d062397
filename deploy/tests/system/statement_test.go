package system_test

import (
	"bytes"
	"encoding/csv"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/ledongthuc/pdf"
	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/deploy/fakes/stripe/control"
	"github.com/mintfax/mintfax/deploy/stack/apiclient"
	"github.com/mintfax/mintfax/shared/contract"
)

// book is what a form of a statement says of one pool.
type book struct{ opening, moved, closing contract.PoolBalance }

func TestTheStatementOfAMonthWithEveryKindOfMovementAddsUpInEveryForm(t *testing.T) {
	t.Parallel()
	b := setup(t)
	a := b.account(t)
	b.moveEveryWay(t, a)
	month := time.Now().UTC().Format("2006-01")
	read := func(accept string) apiclient.Answer {
		return b.do(t, http.StatusOK, "GET", "/v1/account/statement?month="+month, a.AccountKey, nil, apiclient.Header{Name: "Accept", Value: accept})
	}
	var made struct {
		Pools []struct {
			Opening, Closing contract.PoolBalance
			Movements        []contract.Movement
			Totals           []contract.MovementsTotal
		}
	}
	require.NoError(t, read("application/json").Decode(&made))
	kinds := map[contract.TransactionType]bool{}
	var books []book
	for _, pool := range made.Pools {
		var moved, totals contract.PoolBalance
		for _, m := range pool.Movements {
			moved = moved.Plus(m.Change)
			kinds[m.Type] = true
		}
		for _, total := range pool.Totals {
			totals = totals.Plus(total.Change)
		}
		require.Equal(t, moved, totals)
		require.Equal(t, pool.Closing, pool.Opening.Plus(moved))
		books = append(books, book{pool.Opening, moved, pool.Closing})
	}
	for _, kind := range contract.TransactionTypes() {
		require.Contains(t, kinds, kind)
	}
	require.Equal(t, contract.NewPoolBalance(988, 0), books[0].closing)
	require.Equal(t, books, fromCSV(t, read("text/csv").Body))
	require.Equal(t, books, fromPDF(t, read("application/pdf").Body))
}

// moveEveryWay makes every kind of movement and leaves nothing held.
func (b bench) moveEveryWay(t *testing.T, a apiclient.Account) {
	t.Helper()
	b.activate(t, a)
	b.spendLive(t, a, b.liveKey(t, a), 2)
	for _, to := range []string{"+15005550001", "+15005550008"} {
		b.fax(t, http.StatusCreated, a.TestKey, to)
	}
	paid := b.charge(t, a)
	refund, err := b.stripe.Refund(t.Context(), control.Refund{Charge: paid.ID, Amount: 500})
	require.NoError(t, err)
	b.becomes(t, a, standing{488, 0, 500, "partially_refunded"})
	require.NoError(t, b.stripe.FailRefund(t.Context(), refund))
	b.becomes(t, a, standing{988, 0, 0, "succeeded"})
	_, err = b.stripe.OpenDispute(t.Context(), control.Dispute{Charge: paid.ID})
	require.NoError(t, err)
	b.becomes(t, a, standing{0, 12, 0, "disputed"})
	b.pay(t, b.checkout(t, a).URL, apiclient.CardPays, http.StatusSeeOther)
	b.becomes(t, a, standing{988, 0, 0, "disputed"})
	eventually(t, "the sandbox faxes to end", func() bool {
		return b.number(t, `SELECT count(*) FROM wallet.transactions WHERE account_id = $1 AND balance_type = 'sandbox' AND kind IN ('capture', 'release')`, a.ID) == 2
	})
}

func fromCSV(t *testing.T, text []byte) (books []book) {
	t.Helper()
	lines, err := csv.NewReader(bytes.NewReader(text)).ReadAll()
	require.NoError(t, err)
	at := map[string]int{}
	for n, name := range lines[0] {
		at[name] = n
	}
	for _, line := range lines[1:] {
		balance := func(suffix string) (p contract.PoolBalance) {
			for name, into := range map[string]*int64{"available": &p.Available, "held": &p.Held, "balance": &p.Balance} {
				n, err := strconv.ParseInt(line[at[name+suffix]], 10, 64)
				require.NoError(t, err)
				*into = n
			}
			return p
		}
		switch line[at["line"]] {
		case "opening":
			books = append(books, book{opening: balance("")})
		case "movement":
			books[len(books)-1].moved = books[len(books)-1].moved.Plus(balance("_change"))
		case "closing":
			books[len(books)-1].closing = balance("")
		}
	}
	return books
}

// fromPDF reads the tables of sums: a name, how many, and three numbers; opening and closing have no count.
func fromPDF(t *testing.T, document []byte) (books []book) {
	t.Helper()
	words := wordsOf(t, document)
	for n := 0; n < len(words); n++ {
		if words[n] != "Opening balance" {
			continue
		}
		one := book{opening: sums(t, words[n+1:])}
		for n += 4; words[n] != "Closing balance"; n += 5 {
			one.moved = one.moved.Plus(sums(t, words[n+2:]))
		}
		one.closing = sums(t, words[n+1:])
		books = append(books, one)
	}
	return books
}

func wordsOf(t *testing.T, document []byte) (words []string) {
	t.Helper()
	reader, err := pdf.NewReader(bytes.NewReader(document), int64(len(document)))
	require.NoError(t, err)
	for n := range reader.NumPage() {
		rows, err := reader.Page(n + 1).GetTextByRow()
		require.NoError(t, err)
		for _, row := range rows {
			for _, word := range row.Content {
				if word.S != "" {
					words = append(words, word.S)
				}
			}
		}
	}
	return words
}

// sums are the first three words, which are numbers.
func sums(t *testing.T, words []string) contract.PoolBalance {
	t.Helper()
	var numbers [3]int64
	for n, text := range words[:3] {
		parsed, err := strconv.ParseInt(strings.NewReplacer(",", "", "+", "").Replace(text), 10, 64)
		require.NoError(t, err)
		numbers[n] = parsed
	}
	return contract.PoolBalance{Available: numbers[0], Held: numbers[1], Balance: numbers[2]}
}
