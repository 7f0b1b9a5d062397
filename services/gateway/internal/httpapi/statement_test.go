package httpapi_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/shared/apierror"
	"github.com/mintfax/mintfax/shared/bus/bustest"
	"github.com/mintfax/mintfax/shared/contract"
)

const statementPath = "/v1/account/statement?month=2026-02"

// withStatement has a live pool with so many movements of 1 credit, in pages of 100. Before is called
// before each page.
func withStatement(g *gateway, movements int64, before func(first int64) error) {
	bustest.Answer(g.services, contract.GetAccount, func(_ context.Context, r contract.GetAccountRequest) (contract.Account, error) {
		return contract.Account{ID: r.AccountID, Name: "A"}, nil
	})
	bustest.Answer(g.services, contract.OpenStatement, func(_ context.Context, r contract.OpenStatementRequest) (contract.Statement, error) {
		pool := contract.StatementPool{BalanceType: contract.Live, Closing: contract.NewPoolBalance(movements, 0), Range: contract.MovementRange{Last: movements}}
		if movements > 0 {
			pool.Totals = []contract.MovementsTotal{{Type: contract.TransactionSeed, Count: movements, Change: pool.Closing}}
		}
		return contract.Statement{Month: r.Month, AsOf: time.Now(), Pools: []contract.StatementPool{pool, {BalanceType: contract.Sandbox}}}, nil
	})
	bustest.Answer(g.services, contract.ListMovements, func(ctx context.Context, r contract.ListMovementsRequest) (contract.Movements, error) {
		if err := errors.Join(before(r.Range.After), ctx.Err()); err != nil {
			return contract.Movements{}, err
		}
		var page contract.Movements
		for n := r.Range.After + 1; n <= min(r.Range.Last, r.Range.After+100); n++ {
			page.Data = append(page.Data, contract.Movement{
				Type: contract.TransactionSeed, Description: strings.Repeat("x", 100),
				Change: contract.NewPoolBalance(1, 0), After: contract.NewPoolBalance(n, 0),
			})
		}
		if r.Range.After+100 < r.Range.Last {
			page.Rest = &contract.MovementRange{After: r.Range.After + 100, Last: r.Range.Last}
		}
		return page, nil
	})
}

func always(int64) error { return nil }

func TestStatementHasTheFormThatAcceptPrefers(t *testing.T) {
	g := setup(t)
	withStatement(g, 3, always)
	key := g.key(contract.KindAccount, "")
	for accept, want := range map[string]string{
		"":                                  "application/json; charset=utf-8",
		"*/*":                               "application/json; charset=utf-8",
		"application/*":                     "application/json; charset=utf-8",
		"application/json":                  "application/json; charset=utf-8",
		"text/csv":                          "text/csv; charset=utf-8; header=present",
		"text/*":                            "text/csv; charset=utf-8; header=present",
		"Text/CSV; header=present":          "text/csv; charset=utf-8; header=present",
		"application/pdf":                   "application/pdf",
		"application/pdf;q=0.4, text/csv":   "text/csv; charset=utf-8; header=present",
		"*/*;q=0.1, application/pdf;q=0.5":  "application/pdf",
		"application/json;q=0, */*":         "text/csv; charset=utf-8; header=present",
		"image/png, application/pdf;q=0.01": "application/pdf",
		"text/html, nonsense, */*;q=0.2":    "application/json; charset=utf-8",
	} {
		got := g.do(t, "GET", statementPath, key, "", "Accept", accept)
		require.Equal(t, http.StatusOK, got.Code, "%q: %s", accept, got.Body)
		require.Equal(t, want, got.Header().Get("Content-Type"), accept)
		require.Equal(t, "Accept", got.Header().Get("Vary"))
		disposition := got.Header().Get("Content-Disposition")
		switch {
		case strings.HasPrefix(want, "text/csv"):
			require.Equal(t, `attachment; filename="mintfax-statement-2026-02.csv"`, disposition)
			require.True(t, strings.HasPrefix(got.Body.String(), "balance_type,"))
		case want == "application/pdf":
			require.Equal(t, `attachment; filename="mintfax-statement-2026-02.pdf"`, disposition)
			require.True(t, strings.HasPrefix(got.Body.String(), "%PDF-"))
		default:
			require.Empty(t, disposition)
			require.True(t, json.Valid(got.Body.Bytes()))
		}
	}
}

func TestStatementInAnotherFormOrOfNoMonthIsRefused(t *testing.T) {
	g := setup(t)
	withStatement(g, 0, always)
	key := g.key(contract.KindAccount, "")
	for _, accept := range []string{"text/html", "image/*", "application/xml;q=1", "application/json;q=0", "nonsense", ",", "*/*;q=0", "*/*;q=NaN", "application/pdf;q=x"} {
		got := g.do(t, "GET", statementPath, key, "", "Accept", accept)
		require.Equal(t, http.StatusUnprocessableEntity, got.Code, accept)
		require.Contains(t, got.Context["errors"], "accept", accept)
	}
	for _, query := range []string{"", "?month=", "?month=2026", "?month=2026-13", "?month=2026-2", "?month=0000-01", "?month=2026-02-01", "?month=2026-02%00", "?month=" + strings.Repeat("2", 300)} {
		got := g.do(t, "GET", "/v1/account/statement"+query, key, "")
		require.Equal(t, "validation_failed", got.Error, query)
		require.Contains(t, got.Context["errors"], "month", query)
	}
	both := g.do(t, "GET", "/v1/account/statement", key, "", "Accept", "text/html")
	require.Len(t, both.Context["errors"], 2)
	bustest.Answer(g.services, contract.OpenStatement, func(context.Context, contract.OpenStatementRequest) (contract.Statement, error) {
		return contract.Statement{}, apierror.Field("month", "The month has not begun.")
	})
	got := g.do(t, "GET", "/v1/account/statement?month=9999-12", key, "")
	require.Equal(t, "The month has not begun.", got.Message)
	require.Equal(t, "wrong_key_kind", g.do(t, "GET", statementPath, g.key(contract.KindTest, ""), "").Error)
}

func TestStatementThatFailsAtOnceIsAnErrorResponse(t *testing.T) {
	g := setup(t)
	withStatement(g, 1000, func(int64) error { return apierror.New(apierror.ServiceUnavailable) })
	key := g.key(contract.KindAccount, "")
	for _, accept := range []string{"application/json", "text/csv", "application/pdf"} {
		got := g.do(t, "GET", statementPath, key, "", "Accept", accept)
		require.Equal(t, http.StatusServiceUnavailable, got.Code, accept)
		require.Equal(t, "service_unavailable", got.Error)
		require.Equal(t, "application/json; charset=utf-8", got.Header().Get("Content-Type"))
		require.Empty(t, got.Header().Get("Content-Disposition"))
	}
}

// A client could not see that a CSV is incomplete.
func TestStatementThatFailsHalfWayClosesTheConnection(t *testing.T) {
	g := setup(t)
	withStatement(g, 100_000, func(first int64) error {
		if first >= 50_000 {
			return errors.New("lost")
		}
		return nil
	})
	server := httptest.NewServer(g.handler)
	defer server.Close()
	for _, accept := range []string{"application/json", "text/csv"} {
		response := fetch(t, server, g.key(contract.KindAccount, ""), accept)
		require.Equal(t, http.StatusOK, response.StatusCode)
		read, err := io.Copy(io.Discard, response.Body)
		require.ErrorIs(t, err, io.ErrUnexpectedEOF, accept)
		require.Greater(t, read, int64(1<<20))
		require.NoError(t, response.Body.Close())
	}
}

func TestStatementIsStreamed(t *testing.T) {
	g := setup(t)
	var pages atomic.Int64
	more := make(chan struct{})
	withStatement(g, 100_000, func(first int64) error {
		if pages.Add(1) > 500 {
			<-more
		}
		return nil
	})
	server := httptest.NewServer(g.handler)
	defer server.Close()
	response := fetch(t, server, g.key(contract.KindAccount, ""), "text/csv")
	defer response.Body.Close()
	lines := bufio.NewScanner(response.Body)
	for n := range 40_000 {
		require.True(t, lines.Scan(), n)
	}
	require.Less(t, pages.Load(), int64(502))
	close(more)
	n, last := 40_000, ""
	for ; lines.Scan(); n++ {
		last = lines.Text()
	}
	require.NoError(t, lines.Err())
	require.Equal(t, 1+100_000+5, n)
	require.True(t, strings.HasPrefix(last, "sandbox,closing"))
}

func TestStatementOutlivesTheServersTimeouts(t *testing.T) {
	g := setup(t)
	withStatement(g, 100_000, func(first int64) error {
		if first >= 1000 && first%5000 == 0 {
			time.Sleep(50 * time.Millisecond)
		}
		return nil
	})
	server := httptest.NewUnstartedServer(g.handler)
	server.Config.ReadTimeout, server.Config.WriteTimeout = 300*time.Millisecond, 300*time.Millisecond
	server.Start()
	defer server.Close()
	started := time.Now()
	response := fetch(t, server, g.key(contract.KindAccount, ""), "text/csv")
	defer response.Body.Close()
	read, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	require.Equal(t, 1+100_000+5, bytes.Count(read, []byte("\n")))
	require.Greater(t, time.Since(started), 900*time.Millisecond)
}

func TestConcurrentStatementsOfAnAccountAreBounded(t *testing.T) {
	g := setup(t)
	key := g.key(contract.KindAccount, "")
	more := make(chan struct{})
	var reading atomic.Int64
	withStatement(g, 10, func(int64) error {
		reading.Add(1)
		<-more
		return nil
	})
	codes := make(chan int, 4)
	for range cap(codes) {
		go func() {
			request := httptest.NewRequestWithContext(t.Context(), "GET", statementPath, bytes.NewReader(nil))
			request.Header.Set("Authorization", "Bearer "+key)
			got := httptest.NewRecorder()
			g.handler.ServeHTTP(got, request)
			codes <- got.Code
		}()
	}
	require.Eventually(t, func() bool { return reading.Load() == 4 }, 10*time.Second, time.Millisecond)
	refused := g.do(t, "GET", statementPath, key, "")
	require.Equal(t, "rate_limit_exceeded", refused.Error)
	require.Equal(t, "1", refused.Header().Get("Retry-After"))
	close(more)
	for range cap(codes) {
		require.Equal(t, http.StatusOK, <-codes)
	}
	for range 6 {
		require.Equal(t, http.StatusOK, g.do(t, "GET", statementPath, key, "").Code)
	}
}

func fetch(t *testing.T, server *httptest.Server, key, accept string) *http.Response {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL+statementPath, nil)
	require.NoError(t, err)
	request.Header.Set("Authorization", "Bearer "+key)
	request.Header.Set("Accept", accept)
	response, err := server.Client().Do(request)
	require.NoError(t, err)
	return response
}
