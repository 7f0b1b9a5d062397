package limits_test

import (
	"log/slog"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/services/gateway/internal/limits"
	"github.com/mintfax/mintfax/shared/ids"
)

func TestAKeyThatOneGatewayHasAcceptedIsKnownToAll(t *testing.T) {
	prefix := "test:" + ids.Base62(10) + ":"
	client := redisClient(t)
	one := limits.NewKnown(client, prefix, slog.New(slog.DiscardHandler))
	other := limits.NewKnown(client, prefix, slog.New(slog.DiscardHandler))
	key := limits.Fingerprint{1}
	_, known := one.Find(t.Context(), key)
	require.False(t, known)

	one.Learn(t.Context(), key, "acct_1")
	account, known := one.Account(key)
	require.True(t, known)
	require.Equal(t, "acct_1", account)
	require.Eventually(t, func() bool { account, known = other.Find(t.Context(), key); return known }, time.Second, time.Millisecond)
	require.Equal(t, "acct_1", account)

	one.Forget(t.Context(), key)
	_, known = one.Find(t.Context(), key)
	require.False(t, known, "a refused key is not found in Redis either")
}
