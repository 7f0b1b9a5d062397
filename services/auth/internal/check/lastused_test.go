package check_test

import (
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/services/auth/internal/check"
	"github.com/mintfax/mintfax/shared/contract"
)

func (f fixture) lastUsed(t *testing.T) *time.Time {
	t.Helper()
	list, err := f.keys.List(t.Context(), contract.ListOwnedRequest{AccountID: account, Page: contract.Page{Limit: 10}})
	require.NoError(t, err)
	return list.Data[0].LastUsedAt
}

func (f fixture) otherProcess(t *testing.T) *check.LastUsed {
	t.Helper()
	pool, err := f.db.DB()
	require.NoError(t, err)
	return check.NewLastUsed(pool, slog.New(slog.DiscardHandler))
}

func TestAUseIsWrittenOffTheRequestPathAtMostOnceAMinute(t *testing.T) {
	f := newFixture(t)
	key := f.mint(t, contract.CreateKeyRequest{EnvironmentID: sandbox})
	f.ask(t, key.Secret)
	require.Nil(t, f.lastUsed(t), "no write on the request path")
	f.used.Flush(t.Context())
	first := f.lastUsed(t)
	require.NotNil(t, first)
	f.ask(t, key.Secret)
	f.used.Flush(t.Context())
	require.Equal(t, first, f.lastUsed(t))

	other := f.otherProcess(t)
	other.Record(key.ID, time.Now())
	other.Flush(t.Context())
	require.Equal(t, first, f.lastUsed(t), "nor by another process")
}

func TestAUseAfterAMinuteIsWritten(t *testing.T) {
	f := newFixture(t)
	key := f.mint(t, contract.CreateKeyRequest{EnvironmentID: sandbox})
	require.NoError(t, f.admin.Exec(`UPDATE auth.keys SET last_used_at = now() - interval '61 seconds'`).Error)
	before := f.lastUsed(t)
	f.ask(t, key.Secret)
	f.used.Flush(t.Context())
	require.True(t, f.lastUsed(t).After(*before))
}

func TestLastUsedNeverDecreases(t *testing.T) {
	f := newFixture(t)
	key := f.mint(t, contract.CreateKeyRequest{EnvironmentID: sandbox})
	f.used.Record(key.ID, time.Now())
	f.used.Flush(t.Context())
	first := f.lastUsed(t)
	late := f.otherProcess(t)
	late.Record(key.ID, time.Now().Add(-time.Hour))
	late.Flush(t.Context())
	require.Equal(t, first, f.lastUsed(t))
}

func TestProcessesThatWriteTheSameKeysConcurrentlyDoNotBlock(t *testing.T) {
	f := newFixture(t)
	var ids []string
	for range 50 {
		ids = append(ids, f.mint(t, contract.CreateKeyRequest{EnvironmentID: sandbox}).ID)
	}
	var wg sync.WaitGroup
	for range 4 {
		process := f.otherProcess(t)
		wg.Go(func() {
			for _, id := range ids {
				process.Record(id, time.Now())
			}
			process.Flush(t.Context())
		})
	}
	wg.Wait()
	var unwritten int
	require.NoError(t, f.admin.Raw(`SELECT count(*) FROM auth.keys WHERE last_used_at IS NULL`).Scan(&unwritten).Error)
	require.Zero(t, unwritten)
}
