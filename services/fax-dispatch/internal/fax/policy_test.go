package fax_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/fax"
)

// requireWaits checks the waits of a policy and their jitter.
func requireWaits(t *testing.T, p fax.Policy, want ...time.Duration) {
	t.Helper()
	for i, least := range want {
		shortest, longest := 24*time.Hour, time.Duration(0)
		for range 200 {
			wait, again := p.Next(i+1, 0)
			require.True(t, again)
			shortest, longest = min(shortest, wait), max(longest, wait)
		}
		require.GreaterOrEqual(t, shortest, least)
		require.LessOrEqual(t, longest, least*6/5)
		require.Greater(t, longest-shortest, least/10, "they do not all come at once")
	}
}

func TestWaitsAreThoseOfThePolicyAndThenGrow(t *testing.T) {
	p, err := fax.ParsePolicy("3m,5m,10m tries=7")
	require.NoError(t, err)
	requireWaits(t, p, 3*time.Minute, 5*time.Minute, 10*time.Minute, 10*time.Minute, 10*time.Minute)
	p, err = fax.ParsePolicy("30s growth=2 tries=12 within=1h")
	require.NoError(t, err)
	requireWaits(t, p, 30*time.Second, time.Minute, 2*time.Minute, 4*time.Minute, 8*time.Minute, 10*time.Minute, 10*time.Minute)
	p, err = fax.ParsePolicy("20m growth=1.5")
	require.NoError(t, err)
	requireWaits(t, p, 20*time.Minute, 20*time.Minute)
}

func TestTriesAndTimeAreBounded(t *testing.T) {
	p, err := fax.ParsePolicy("10m tries=3 within=1h")
	require.NoError(t, err)
	for _, c := range []struct {
		number int
		age    time.Duration
		again  bool
	}{
		{1, 0, true}, {2, 0, true}, {3, 0, false}, {4, 0, false}, {1, 50 * time.Minute, true}, {1, 51 * time.Minute, false},
	} {
		_, again := p.Next(c.number, c.age)
		require.Equal(t, c.again, again, "%+v", c)
	}
}

func TestAPolicyThatMakesNoSenseIsRefused(t *testing.T) {
	for text, says := range map[string]string{
		"": "at least one wait", "soon": `"soon" is no wait`, "1m,": `"" is no wait`, "0s": "no wait", "-1m": "no wait", "1m, 2m": "no wait", "1m 2m": "none of",
		"1m growth=0.5": "growth", "1m growth=x": "growth", "1m tries=0": "tries", "1m tries=two": "tries", "1m within=0": "within",
		"1m within=day": "within", "1m often": `"often" is none of growth=, tries= and within=`,
	} {
		_, err := fax.ParsePolicy(text)
		require.ErrorContains(t, err, says, text)
	}
}
