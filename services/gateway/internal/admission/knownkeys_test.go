package admission

import (
	"log/slog"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/shared/ids"
)

func TestKeyAcceptedByOneGatewayIsKnownToAll(t *testing.T) {
	prefix := "test:" + ids.Base62(10) + ":"
	client := redisClient(t)
	one := newKnownKeys(client, prefix, slog.New(slog.DiscardHandler))
	other := newKnownKeys(client, prefix, slog.New(slog.DiscardHandler))
	key := fingerprint{1}
	_, known := one.find(t.Context(), key)
	require.False(t, known)

	one.add(t.Context(), key, "acct_1")
	account, known := one.account(key)
	require.True(t, known)
	require.Equal(t, "acct_1", account)
	require.Eventually(t, func() bool { account, known = other.find(t.Context(), key); return known }, time.Second, time.Millisecond)
	require.Equal(t, "acct_1", account)

	one.remove(t.Context(), key)
	_, known = one.find(t.Context(), key)
	require.False(t, known, "a refused key is not found in Redis either")
}
