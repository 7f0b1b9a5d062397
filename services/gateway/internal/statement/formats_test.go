package statement_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"io"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/shared/contract"
)

func TestJSONIsTheWholeStatement(t *testing.T) {
	b := &book{name: `A "quoted" <name> ü`, movements: map[contract.EnvironmentType]int{contract.Live: 1207, contract.Sandbox: 1}}
	var out bytes.Buffer
	require.NoError(t, b.open(t).WriteJSON(t.Context(), &out))
	var got struct {
		AccountID   string `json:"account_id"`
		AccountName string `json:"account_name"`
		Month       string
		Currency    string
		AsOf        time.Time `json:"as_of"`
		Complete    *bool
		Pools       []struct {
			BalanceType contract.EnvironmentType `json:"balance_type"`
			Opening     contract.PoolBalance
			Movements   []contract.Movement
			Totals      []contract.MovementsTotal
			Closing     contract.PoolBalance
		}
	}
	decoder := json.NewDecoder(&out)
	decoder.DisallowUnknownFields()
	require.NoError(t, decoder.Decode(&got))
	require.Equal(t, "acct_0123456789ABCDEFGHIJKL", got.AccountID)
	require.Equal(t, b.name, got.AccountName)
	require.Equal(t, "2026-02", got.Month)
	require.Equal(t, "USD", got.Currency)
	require.Equal(t, time.Date(2026, 2, 20, 9, 30, 0, 0, time.UTC), got.AsOf)
	require.False(t, *got.Complete)
	require.Len(t, got.Pools, 2)
	for n, of := range []contract.EnvironmentType{contract.Live, contract.Sandbox} {
		want := b.pool(of)
		require.Equal(t, of, got.Pools[n].BalanceType)
		require.Equal(t, want.Opening, got.Pools[n].Opening)
		require.Equal(t, want.Totals, got.Pools[n].Totals)
		require.Equal(t, want.Closing, got.Pools[n].Closing)
		require.Len(t, got.Pools[n].Movements, b.movements[of])
		for at, m := range got.Pools[n].Movements {
			require.Equal(t, b.movement(of, at+1), m)
		}
	}
}

func TestCSVIsRFC4180AndAddsUp(t *testing.T) {
	b := &book{name: "A", movements: map[contract.EnvironmentType]int{contract.Live: 1207, contract.Sandbox: 0}}
	var out bytes.Buffer
	require.NoError(t, b.open(t).WriteCSV(t.Context(), &out))
	require.Equal(t, strings.Count(out.String(), "\n"), strings.Count(out.String(), "\r\n"))
	require.True(t, strings.HasPrefix(out.String(), "balance_type,line,id,created_at,type,description,fax_id,payment_id,environment_id,count,amount,"+
		"available_change,held_change,balance_change,available,held,balance\r\n"))
	rows, err := csv.NewReader(&out).ReadAll()
	require.NoError(t, err)
	lines := map[string]int{}
	var available, held int64
	number := func(text string) int64 {
		n, err := strconv.ParseInt(text, 10, 64)
		require.NoError(t, err)
		return n
	}
	for _, row := range rows[1:] {
		lines[row[0]+" "+row[1]]++
		switch row[1] {
		case "opening":
			available, held = number(row[14]), number(row[15])
		case "movement":
			number(row[10])
			available, held = available+number(row[11]), held+number(row[12])
			require.Equal(t, number(row[11])+number(row[12]), number(row[13]))
			require.Equal(t, []int64{available, held, available + held}, []int64{number(row[14]), number(row[15]), number(row[16])})
		case "closing":
			require.Equal(t, []int64{available, held, available + held}, []int64{number(row[14]), number(row[15]), number(row[16])})
		}
	}
	require.Equal(t, map[string]int{
		"live opening": 1, "live movement": 1207, "live total": 4, "live closing": 1, "sandbox opening": 1, "sandbox closing": 1,
	}, lines)
}

func TestCSVHasNoFormulas(t *testing.T) {
	texts := []string{"=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "\n@x", "＝1+1", "a\"b,c\nd", "plain = text", "", "'=1"}
	b := &book{name: "A", movements: map[contract.EnvironmentType]int{contract.Live: len(texts)}, describe: func(n int) string { return texts[n-1] }}
	var out bytes.Buffer
	require.NoError(t, b.open(t).WriteCSV(t.Context(), &out))
	rows, err := csv.NewReader(&out).ReadAll()
	require.NoError(t, err)
	for n, text := range texts {
		got := rows[n+2][5]
		require.Equal(t, n < 9, strings.HasPrefix(got, "'") && got != text, "%q became %q", text, got)
		require.NotRegexp(t, `^[\s\x{3000}]*[=+\-@＝＋－＠]`, got)
	}
}

func TestStatementThatDoesNotAddUpFails(t *testing.T) {
	for name, tamper := range map[string]func(int, *contract.Movement){
		"a changed amount":  func(n int, m *contract.Movement) { m.Change.Available += int64(n / 700) },
		"a changed balance": func(n int, m *contract.Movement) { m.After.Held += int64(n / 700) },
	} {
		b := &book{name: "A", movements: map[contract.EnvironmentType]int{contract.Live: 1000}, tamper: tamper}
		require.ErrorContains(t, b.open(t).WriteJSON(t.Context(), io.Discard), "breaks at txn_700", name)
		require.ErrorContains(t, b.open(t).WriteCSV(t.Context(), io.Discard), "breaks at txn_700", name)
	}
	b := &book{name: "A", movements: map[contract.EnvironmentType]int{contract.Live: 1000}}
	short := b.open(t)
	short.Pools[0].Range.Last = 999
	require.ErrorContains(t, short.WriteCSV(t.Context(), io.Discard), "999 movements")
	full := errors.New("full")
	require.ErrorIs(t, b.open(t).WriteJSON(t.Context(), failing{full}), full)
	require.ErrorIs(t, b.open(t).WriteCSV(t.Context(), failing{full}), full)
}

func TestLargeStatementTakesLittleMemory(t *testing.T) {
	for name, write := range map[string]func(*testing.T, *book, io.Writer) error{
		"json": func(t *testing.T, b *book, w io.Writer) error { return b.open(t).WriteJSON(t.Context(), w) },
		"csv":  func(t *testing.T, b *book, w io.Writer) error { return b.open(t).WriteCSV(t.Context(), w) },
	} {
		b := &book{name: "A", movements: map[contract.EnvironmentType]int{contract.Live: 100_000}}
		watch := &watcher{}
		require.NoError(t, write(t, b, watch), name)
		require.Greater(t, watch.bytes, 10<<20, name)
		require.Less(t, watch.most, uint64(16<<20), "%s kept %d bytes", name, watch.most)
	}
}

// watcher counts what is written and looks at the living heap now and then.
type watcher struct {
	bytes, looked int
	first, most   uint64
}

func (w *watcher) Write(b []byte) (int, error) {
	w.bytes += len(b)
	if at := w.bytes >> 20; w.looked == 0 || at > w.looked {
		w.looked = max(at, 1)
		runtime.GC()
		var stats runtime.MemStats
		runtime.ReadMemStats(&stats)
		if w.first == 0 {
			w.first = stats.HeapAlloc
		}
		w.most = max(w.most, stats.HeapAlloc-min(w.first, stats.HeapAlloc))
	}
	return len(b), nil
}
