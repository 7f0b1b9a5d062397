package faxes_test

import (
	"os"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/services/gateway/internal/dashboard/faxes"
	"github.com/mintfax/mintfax/services/gateway/internal/dashboard/ui"
	"github.com/mintfax/mintfax/shared/apierror"
	"github.com/mintfax/mintfax/shared/contract"
)

func TestPreviewBelongsToItsAccountUntilItIsForgotten(t *testing.T) {
	url := os.Getenv("TEST_REDIS_URL")
	if url == "" {
		t.Fatal("TEST_REDIS_URL is not set: run the tests with `make test`, which starts the servers")
	}
	options, err := redis.ParseURL(url)
	require.NoError(t, err)
	client := redis.NewClient(options)
	defer client.Close()
	store := faxes.NewPreviewStore(client)
	account := "acct_" + ui.NewSecret()
	kept := faxes.Preview{EnvironmentID: "env_1", Fax: contract.FaxPreview{
		Quote: contract.FaxQuote{Pages: 2, Amount: 12}, Pages: contract.FaxPages{Pages: 2, Document: contract.StagedFile{ID: "doc_1", WrappedKey: []byte{1, 2}}},
	}}
	id, _, err := store.Keep(t.Context(), account, kept)
	require.NoError(t, err)
	got, err := store.Get(t.Context(), account, id)
	require.NoError(t, err)
	require.Equal(t, kept, got)
	for _, c := range [][2]string{{account + "x", id}, {account, ui.NewSecret()}, {account, "*"}, {account, ""}} {
		_, err := store.Get(t.Context(), c[0], c[1])
		require.ErrorIs(t, err, faxes.ErrNoPreview)
	}
	left, err := client.TTL(t.Context(), "preview:"+account+":"+id).Result()
	require.NoError(t, err)
	require.Greater(t, left, time.Duration(0))
	require.LessOrEqual(t, left, faxes.PreviewLifetime)
	require.NoError(t, store.Forget(t.Context(), account, id))
	require.NoError(t, store.Forget(t.Context(), account, id))
	_, err = store.Get(t.Context(), account, id)
	require.ErrorIs(t, err, faxes.ErrNoPreview)
}

func TestWithoutRedisPreviewsAreUnavailable(t *testing.T) {
	gone := redis.NewClient(&redis.Options{Addr: "127.0.0.1:1", MaxRetries: -1})
	defer gone.Close()
	store := faxes.NewPreviewStore(gone)
	_, _, err := store.Keep(t.Context(), "acct_1", faxes.Preview{})
	require.True(t, apierror.Has(err, apierror.ServiceUnavailable))
	_, err = store.Get(t.Context(), "acct_1", ui.NewSecret())
	require.True(t, apierror.Has(err, apierror.ServiceUnavailable))
	require.True(t, apierror.Has(store.Forget(t.Context(), "acct_1", "x"), apierror.ServiceUnavailable))
}
