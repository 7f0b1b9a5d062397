package proof_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/services/wallet/internal/proof"
	"github.com/mintfax/mintfax/shared/postgres/pgtest"
)

// The proof reads all of the ledger: here a million entries, two for each movement.
func BenchmarkProofOfAMillionEntries(b *testing.B) {
	d := pgtest.New(b)
	d.Grow(b, "ledger", 460_000)
	store := proof.NewStore(d.Open(b, "wallet"))
	var entries int64
	require.NoError(b, d.Admin(b).Raw(`SELECT count(*) FROM wallet.entries`).Scan(&entries).Error)
	b.ReportMetric(float64(entries), "entries")
	for b.Loop() {
		found, err := store.Differences(b.Context())
		require.NoError(b, err)
		require.Empty(b, found)
	}
}
