package pools_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/services/wallet/internal/pools"
	"github.com/mintfax/mintfax/shared/postgres/pgtest"
)

// Reconciling reads the whole ledger: here a million entries, two for each movement.
func BenchmarkReconcileAMillionEntries(b *testing.B) {
	d := pgtest.New(b)
	d.Grow(b, "ledger", 460_000)
	wallet := d.Open(b, "wallet")
	var entries int64
	require.NoError(b, d.Admin(b).Raw(`SELECT count(*) FROM wallet.entries`).Scan(&entries).Error)
	b.ReportMetric(float64(entries), "entries")
	for b.Loop() {
		found, err := pools.Differences(b.Context(), wallet)
		require.NoError(b, err)
		require.Empty(b, found)
	}
}
