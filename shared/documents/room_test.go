package documents_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"
	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/shared/apierror"
	"github.com/mintfax/mintfax/shared/documents"
)

func TestAStorageThatIsNearlyFullTakesNothingMore(t *testing.T) {
	dir := "file://" + t.TempDir() + "?no_tmp_dir=true"
	key := []byte(strings.Repeat("k", 32))
	t.Setenv("STORAGE_MIN_FREE", "1")
	roomy, err := documents.Open(t.Context(), dir, key)
	require.NoError(t, err)
	t.Cleanup(func() { _ = roomy.Close() })
	require.NoError(t, roomy.Room())
	metrics := prometheus.NewRegistry()
	roomy.Measure(metrics)
	n, err := testutil.GatherAndCount(metrics, "mintfax_storage_free_bytes")
	require.NoError(t, err)
	require.Equal(t, 1, n)

	t.Setenv("STORAGE_MIN_FREE", "9000000000000000000")
	full, err := documents.Open(t.Context(), dir, key)
	require.NoError(t, err)
	t.Cleanup(func() { _ = full.Close() })
	require.True(t, apierror.Has(full.Room(), apierror.ServiceUnavailable))
	_, err = full.Stage(t.Context(), bytes.NewReader([]byte("x")), 10)
	require.True(t, apierror.Has(err, apierror.ServiceUnavailable))
}
