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

func TestNearlyFullStorageRefusesUploads(t *testing.T) {
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

func TestKeptDocumentIsSyncedWithItsDirectoryEntry(t *testing.T) {
	store, err := documents.Open(t.Context(), "file://"+t.TempDir()+"?metadata=skip&no_tmp_dir=true", []byte(strings.Repeat("k", 32)))
	require.NoError(t, err)
	t.Cleanup(func() { _ = store.Close() })
	metrics := prometheus.NewRegistry()
	store.Measure(metrics)
	before := syncs(t, metrics)
	staged, err := store.Stage(t.Context(), bytes.NewReader([]byte("x")), 10)
	require.NoError(t, err)
	require.Equal(t, before, syncs(t, metrics), "what is staged was promised to nobody")
	require.NoError(t, store.Keep(t.Context(), staged.ID))
	require.InDelta(t, before+2, syncs(t, metrics), 0)
}

func syncs(t *testing.T, metrics *prometheus.Registry) float64 {
	t.Helper()
	families, err := metrics.Gather()
	require.NoError(t, err)
	for _, family := range families {
		if family.GetName() == "mintfax_storage_syncs_total" {
			return family.GetMetric()[0].GetCounter().GetValue()
		}
	}
	require.Fail(t, "no such metric")
	return 0
}
