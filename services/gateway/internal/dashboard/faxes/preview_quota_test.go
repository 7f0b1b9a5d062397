package faxes_test

import (
	"fmt"
	"os"
	"sync"
	"testing"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/services/gateway/internal/dashboard/faxes"
	"github.com/mintfax/mintfax/services/gateway/internal/dashboard/ui"
	"github.com/mintfax/mintfax/shared/contract"
)

func keeping(t *testing.T) *faxes.PreviewStore {
	t.Helper()
	url := os.Getenv("TEST_REDIS_URL")
	require.NotEmpty(t, url, "run the tests with `make test`, which starts the servers")
	options, err := redis.ParseURL(url)
	require.NoError(t, err)
	client := redis.NewClient(options)
	t.Cleanup(func() { _ = client.Close() })
	return faxes.NewPreviewStore(client)
}

func of(document string, megabytes int64) faxes.Preview {
	return faxes.Preview{EnvironmentID: "env_1", Fax: contract.FaxPreview{Pages: contract.FaxPages{
		Pages: 1, Document: contract.StagedFile{ID: document, Size: megabytes << 20},
	}}}
}

func TestOldestPreviewIsRemovedOverQuota(t *testing.T) {
	store, account := keeping(t), "acct_"+ui.NewSecret()
	var made []string
	var ended []string
	for n := range 10 {
		id, gone, err := store.Keep(t.Context(), account, of(fmt.Sprint("doc_", n), 30))
		require.NoError(t, err)
		made, ended = append(made, id), append(ended, gone...)
	}
	require.Equal(t, []string{"doc_0", "doc_1", "doc_2", "doc_3", "doc_4", "doc_5"}, ended, "four of 30 MB fit in 128")
	for n, id := range made {
		_, err := store.Get(t.Context(), account, id)
		if n < 6 {
			require.ErrorIs(t, err, faxes.ErrNoPreview)
			continue
		}
		require.NoError(t, err)
	}
	_, gone, err := store.Keep(t.Context(), account, of("doc_large", 200))
	require.NoError(t, err)
	require.Len(t, gone, 4, "the newest one stays, however large it is")
	_, gone, err = store.Keep(t.Context(), account+"x", of("doc_other", 1))
	require.NoError(t, err)
	require.Empty(t, gone, "another account has its own")
}

func TestConcurrentPreviewsRemoveEachOtherOnce(t *testing.T) {
	store, account := keeping(t), "acct_"+ui.NewSecret()
	var mu sync.Mutex
	seen := map[string]int{}
	var making sync.WaitGroup
	slots := make(chan struct{}, 20) // Redis answers each in time on a loaded machine, too
	for n := range 200 {
		making.Go(func() {
			slots <- struct{}{}
			defer func() { <-slots }()
			_, gone, err := store.Keep(t.Context(), account, of(fmt.Sprint("doc_", n), 0))
			if err != nil {
				t.Error(err)
			}
			mu.Lock()
			defer mu.Unlock()
			for _, document := range gone {
				seen[document]++
			}
		})
	}
	making.Wait()
	require.Len(t, seen, 150, "fifty stay")
	for document, times := range seen {
		require.Equal(t, 1, times, document)
	}
}
