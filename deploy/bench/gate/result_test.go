package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/shared/contract"
	"github.com/mintfax/mintfax/shared/ids"
)

func TestRoundsFoldIntoMediansAndRatiosComeFromThem(t *testing.T) {
	var results Results
	for _, perSecond := range []float64{100, 900, 300} { // the median is 300, whatever a slow round says
		results.Closed = append(results.Closed,
			Measurement{Variant: Gateway, InFlight: 64, PerSecond: perSecond, P99: 2, CPU: map[string]float64{auth: perSecond}},
			Measurement{Variant: Monolith, InFlight: 64, PerSecond: 200, P99: 3})
	}
	folded := medians(results.Closed)
	require.Len(t, folded, 2)
	require.InDelta(t, 300, folded[0].PerSecond, 0)
	require.InDelta(t, 300, folded[0].CPU[auth], 0)
	require.Equal(t, []Ratio{{
		What: "gateway / monolith, requests per second", InFlight: 64, Value: 1.5, Wanted: ">= 1.3", Met: true,
	}}, ratios(folded))
	dir := t.TempDir()
	require.NoError(t, results.Write(dir))
	drawing, err := os.ReadFile(filepath.Join(dir, "gate.svg"))
	require.NoError(t, err)
	require.Contains(t, string(drawing), "<svg")
	var table strings.Builder
	require.NoError(t, results.Print(&table))
	require.Contains(t, table.String(), "1.50 (wanted >= 1.3, met)")
}

func TestMisspeltKeysAreNone(t *testing.T) {
	for range 100 {
		for _, bad := range misspelt([]string{ids.NewAPIKey(contract.KindTest)}) {
			_, err := ids.ParseAPIKey(bad)
			require.ErrorIs(t, err, ids.ErrMalformedAPIKey)
		}
	}
}
