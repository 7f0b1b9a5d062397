package pools_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/shared/apierror"
	"github.com/mintfax/mintfax/shared/bus"
	"github.com/mintfax/mintfax/shared/contract"
	"github.com/mintfax/mintfax/shared/ledger"
)

func TestAMonthHasItsMovementsAndTheNextOpensWithItsClosingBalance(t *testing.T) {
	w := newStatementFixture(t)
	moments := []struct{ at, description string }{
		{"2021-01-31 23:59:59.999999+00", "January's last"},
		{"2021-02-01 00:00:00+00", "February's first"},
		{"2021-02-28 22:59:59.999999-01", "February's last"},
		{"2021-03-01 01:00:00+01", "March's first"},
		{"2021-12-31 23:59:59.999999+00", "December's last"},
		{"2022-01-01 00:00:00+00", "the next year's first"},
	}
	for n, m := range moments {
		w.adjust(t, account, contract.Live, int64(100+n), m.at, m.description)
	}
	w.adjust(t, account, contract.Sandbox, 5, "2021-02-10 00:00:00+00", "the other pool")
	w.adjust(t, other, contract.Live, 7, "2021-02-10 00:00:00+00", "another account")

	want := map[contract.Month][]string{
		"2021-01": {"January's last"}, "2021-02": {"February's first", "February's last"},
		"2021-03": {"March's first"}, "2021-12": {"December's last"}, "2022-01": {"the next year's first"},
	}
	var closing contract.PoolBalance
	for at := time.Date(2020, 11, 1, 0, 0, 0, 0, time.UTC); at.Year() < 2023; at = at.AddDate(0, 1, 0) {
		month := contract.Month(at.Format("2006-01"))
		opened := w.open(t, month)
		require.True(t, opened.Complete, month)
		require.Equal(t, closing, opened.Pools[0].Opening, month)
		var got []string
		for _, m := range w.read(t, opened.Pools[0]) {
			require.Equal(t, string(month), m.CreatedAt.Format("2006-01"))
			got = append(got, m.Description)
		}
		require.Equal(t, want[month], got, month)
		closing = opened.Pools[0].Closing
	}
	require.EqualValues(t, 100+101+102+103+104+105, closing.Balance)
	require.Len(t, w.read(t, w.open(t, "2021-02").Pools[1]), 1)
}

func TestMonthsWithoutMovementsKeepTheBalance(t *testing.T) {
	w := newStatementFixture(t)
	w.adjust(t, account, contract.Live, 40, "2021-05-05 12:00:00+00", "x")
	for month, balance := range map[contract.Month]int64{"0001-01": 0, "2021-04": 0, "2021-06": 40, thisMonth(): 40} {
		opened := w.open(t, month)
		require.Equal(t, month != thisMonth(), opened.Complete)
		require.Equal(t, contract.NewPoolBalance(balance, 0), opened.Pools[0].Opening, month)
		require.Equal(t, contract.NewPoolBalance(balance, 0), opened.Pools[0].Closing, month)
		require.Empty(t, w.read(t, opened.Pools[0]))
		require.Empty(t, w.read(t, opened.Pools[1]))
	}
}

func TestFutureAndMalformedMonthsAreRejected(t *testing.T) {
	w := newStatementFixture(t)
	next := contract.Month(time.Now().UTC().AddDate(0, 0, 32).Format("2006-01"))
	for _, month := range []contract.Month{next, "9999-12", "", "2026", "2026-13", "2026-1", "0000-01", "2026-11-01", "x"} {
		_, err := w.OpenStatement(t.Context(), contract.OpenStatementRequest{AccountID: account, Month: month})
		require.True(t, apierror.Has(err, apierror.ValidationFailed), "%q: %v", month, err)
	}
	_, err := w.OpenStatement(t.Context(), contract.OpenStatementRequest{AccountID: "acct_none", Month: thisMonth()})
	require.True(t, apierror.Has(err, apierror.NotFound), "%v", err)
}

func TestEveryKindOfMovementReportsItsChange(t *testing.T) {
	w := newStatementFixture(t)
	require.NoError(t, ledger.OpenAccount(t.Context(), w.admin, account, 1000))
	captured, released, voided := w.hold(t, w.admin, 6), w.hold(t, w.admin, 12), w.hold(t, w.admin, 18)
	_, err := ledger.Capture(t.Context(), w.admin, captured)
	require.NoError(t, err)
	_, err = ledger.Release(t.Context(), w.admin, released)
	require.NoError(t, err)
	_, err = ledger.Void(t.Context(), w.admin, contract.VoidHoldRequest{Reference: voided, AccountID: account, EnvironmentID: "env_1", BalanceType: contract.Sandbox})
	require.NoError(t, err)
	open := w.hold(t, w.admin, 24)

	pool := w.open(t, thisMonth()).Pools[1]
	var got []string
	for _, m := range w.read(t, pool) {
		fax := ""
		if m.FaxID != nil {
			fax = *m.FaxID
		}
		got = append(got, fmt.Sprint(m.Type, m.Amount, m.Change, m.After, fax))
	}
	line := func(kind contract.TransactionType, amount, available, held, availableAfter, heldAfter int64, fax string) string {
		return fmt.Sprint(kind, amount, contract.NewPoolBalance(available, held), contract.NewPoolBalance(availableAfter, heldAfter), fax)
	}
	require.Equal(t, []string{
		line(contract.TransactionSeed, 1000, 1000, 0, 1000, 0, ""),
		line(contract.TransactionHold, -6, -6, 6, 994, 6, captured),
		line(contract.TransactionHold, -12, -12, 12, 982, 18, released),
		line(contract.TransactionHold, -18, -18, 18, 964, 36, voided),
		line(contract.TransactionCapture, -6, 0, -6, 964, 30, captured),
		line(contract.TransactionRelease, 12, 12, -12, 976, 18, released),
		line(contract.TransactionRelease, 18, 18, -18, 994, 0, voided),
		line(contract.TransactionHold, -24, -24, 24, 970, 24, open),
	}, got)
	require.Equal(t, []contract.MovementsTotal{
		{Type: contract.TransactionSeed, Count: 1, Change: contract.NewPoolBalance(1000, 0)},
		{Type: contract.TransactionHold, Count: 4, Change: contract.NewPoolBalance(-60, 60)},
		{Type: contract.TransactionCapture, Count: 1, Change: contract.NewPoolBalance(0, -6)},
		{Type: contract.TransactionRelease, Count: 2, Change: contract.NewPoolBalance(30, -30)},
	}, pool.Totals)
}

func TestPagesListEveryMovementOnceInOrderAndFitAMessage(t *testing.T) {
	w := newStatementFixture(t)
	long := strings.Repeat("long ", 20_000)
	var want []string
	for n := range 1207 {
		description := "x"
		if n > 1200 {
			description = long
		}
		want = append(want, w.adjust(t, account, contract.Live, int64(n+1), "2021-02-03 04:05:06+00", description))
	}
	pool := w.open(t, "2021-02").Pools[0]
	var got []string
	for _, m := range w.read(t, pool) {
		got = append(got, m.ID)
	}
	require.Equal(t, want, got)
	pages := 0
	for rest := &pool.Range; rest != nil; pages++ {
		page, err := w.ListMovements(t.Context(), contract.ListMovementsRequest{AccountID: account, BalanceType: contract.Live, Range: *rest})
		require.NoError(t, err)
		encoded, err := json.Marshal(page)
		require.NoError(t, err)
		require.Less(t, len(encoded), bus.MaxBody)
		rest = page.Rest
	}
	require.GreaterOrEqual(t, pages, 4, "six long ones do not fit one message")
}
