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

func (b bench) lastUsed(t *testing.T) *time.Time {
	t.Helper()
	list, err := b.keys.List(t.Context(), contract.ListOwnedRequest{AccountID: account, Page: contract.Page{Limit: 10}})
	require.NoError(t, err)
	return list.Data[0].LastUsedAt
}

func (b bench) otherProcess(t *testing.T) *check.LastUsed {
	t.Helper()
	pool, err := b.db.DB()
	require.NoError(t, err)
	return check.NewLastUsed(pool, slog.New(slog.DiscardHandler))
}

func TestAUseIsWrittenOffTheRequestPathOnceAMinute(t *testing.T) {
	b := setup(t)
	key := b.mint(t, contract.CreateKeyRequest{EnvironmentID: sandbox})
	b.ask(t, key.Secret)
	require.Nil(t, b.lastUsed(t), "no write on the request path")
	b.used.Flush(t.Context())
	first := b.lastUsed(t)
	require.NotNil(t, first)
	b.ask(t, key.Secret)
	b.used.Flush(t.Context())
	require.Equal(t, first, b.lastUsed(t))

	other := b.otherProcess(t)
	other.Note(key.ID, time.Now())
	other.Flush(t.Context())
	require.Equal(t, first, b.lastUsed(t), "nor when another process notes it")
}

func TestAUseAfterAMinuteIsWritten(t *testing.T) {
	b := setup(t)
	key := b.mint(t, contract.CreateKeyRequest{EnvironmentID: sandbox})
	require.NoError(t, b.admin.Exec(`UPDATE auth.keys SET last_used_at = now() - interval '61 seconds'`).Error)
	before := b.lastUsed(t)
	b.ask(t, key.Secret)
	b.used.Flush(t.Context())
	require.True(t, b.lastUsed(t).After(*before))
}

func TestALastUseNeverGoesBack(t *testing.T) {
	b := setup(t)
	key := b.mint(t, contract.CreateKeyRequest{EnvironmentID: sandbox})
	b.used.Note(key.ID, time.Now())
	b.used.Flush(t.Context())
	first := b.lastUsed(t)
	late := b.otherProcess(t)
	late.Note(key.ID, time.Now().Add(-time.Hour))
	late.Flush(t.Context())
	require.Equal(t, first, b.lastUsed(t))
}

func TestProcessesThatWriteTheSameKeysAtOnceDoNotBlockEachOther(t *testing.T) {
	b := setup(t)
	var ids []string
	for range 50 {
		ids = append(ids, b.mint(t, contract.CreateKeyRequest{EnvironmentID: sandbox}).ID)
	}
	var wg sync.WaitGroup
	for range 4 {
		process := b.otherProcess(t)
		wg.Go(func() {
			for _, id := range ids {
				process.Note(id, time.Now())
			}
			process.Flush(t.Context())
		})
	}
	wg.Wait()
	var unwritten int
	require.NoError(t, b.admin.Raw(`SELECT count(*) FROM auth.keys WHERE last_used_at IS NULL`).Scan(&unwritten).Error)
	require.Zero(t, unwritten)
}
