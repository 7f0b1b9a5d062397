package httpapi_test

import (
	"encoding/json"
	"errors"
	"os"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/services/gateway/internal/edge"
	"github.com/mintfax/mintfax/services/gateway/internal/httpapi"
	"github.com/mintfax/mintfax/shared/ids"
)

func store(t *testing.T) *httpapi.IdempotencyStore {
	t.Helper()
	at := os.Getenv("TEST_REDIS_URL")
	if at == "" {
		t.Fatal("TEST_REDIS_URL is not set: run the tests with `make test`, which starts the servers")
	}
	options, err := redis.ParseURL(at)
	require.NoError(t, err)
	client := redis.NewClient(options)
	t.Cleanup(func() { client.Close() })
	return httpapi.NewIdempotencyStore(client, "test:"+ids.Base62(10)+":")
}

func TestOneConcurrentRequestRunsAndTheOthersConflictOrReplay(t *testing.T) {
	s := store(t)
	var claims atomic.Int64
	var mine *httpapi.Claim
	var wg sync.WaitGroup
	for range 50 {
		wg.Go(func() {
			claim, _, err := s.Claim(t.Context(), "acct", "k", []byte("f"))
			if err == nil {
				claims.Add(1)
				mine = claim
			} else if !errors.Is(err, httpapi.ErrKeyInProgress) {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	require.EqualValues(t, 1, claims.Load())
	require.NoError(t, mine.Keep(t.Context(), httpapi.StoredResponse{Status: 201, Body: json.RawMessage(`{"id":1}`)}))
	claim, stored, err := s.Claim(t.Context(), "acct", "k", []byte("f"))
	require.NoError(t, err)
	require.Nil(t, claim)
	require.Equal(t, 201, stored.Status)
	require.JSONEq(t, `{"id":1}`, string(stored.Body))
	_, _, err = s.Claim(t.Context(), "acct", "k", []byte("other"))
	require.ErrorIs(t, err, httpapi.ErrKeyReused)
	other, _, err := s.Claim(t.Context(), "acct2", "k", []byte("other"))
	require.NoError(t, err, "another account's key is another key")
	require.NoError(t, other.Free(t.Context()))
}

func TestFreedKeyCanBeUsedAgain(t *testing.T) {
	s := store(t)
	claim, _, err := s.Claim(t.Context(), "acct", "k", []byte("f"))
	require.NoError(t, err)
	require.NoError(t, claim.Free(t.Context()))
	_, stored, err := s.Claim(t.Context(), "acct", "k", []byte("g"))
	require.NoError(t, err)
	require.Nil(t, stored)
}

func TestFingerprintIgnoresOnlyOrderAndSpace(t *testing.T) {
	of := func(method, path, body string) string {
		return string(edge.Fingerprint(method, path, edge.JSONFields([]byte(body))))
	}
	same := of("POST", "/v1/x", `{"a":1,"b":{"c":2,"d":3}}`)
	require.Equal(t, same, of("POST", "/v1/x", ` { "b" : {"d":3,"c":2}, "a":1 } `))
	for _, other := range []string{
		of("PUT", "/v1/x", `{"a":1,"b":{"c":2,"d":3}}`), of("POST", "/v1/y", `{"a":1,"b":{"c":2,"d":3}}`),
		of("POST", "/v1/x", `{"a":2,"b":{"c":2,"d":3}}`), of("POST", "/v1/x", `{"a":"1","b":{"c":2,"d":3}}`), of("POST", "/v1/x", `{"a":1}`),
	} {
		require.NotEqual(t, same, other)
	}
}
