package life_test

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/life"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/outcome"
	"github.com/mintfax/mintfax/shared/contract"
)

func TestNoStepLeavesATerminalStatus(t *testing.T) {
	for _, step := range life.Steps() {
		for _, from := range step.From {
			require.False(t, from.Terminal(), "%s → %s", from, step.To)
			require.NotEqual(t, life.Abandoned, from)
		}
	}
}

func TestEveryOpenStatusHasAWayToAnEnd(t *testing.T) {
	ends := func(s contract.FaxStatus) bool { return s.Terminal() || s == life.Abandoned }
	reached := map[contract.FaxStatus]bool{}
	for range life.Steps() { // long enough for the longest way
		for _, step := range life.Steps() {
			for _, from := range step.From {
				reached[from] = reached[from] || ends(step.To) || reached[step.To]
			}
		}
	}
	for _, status := range append(contract.FaxStatuses(), life.Accepting) {
		require.True(t, status.Terminal() || reached[status], status)
	}
}

func TestOnlyPassingTroubleIsRetriedAndOnlyWhileAttemptsAndTimeAreLeft(t *testing.T) {
	retried := []outcome.Code{outcome.Busy, outcome.NoAnswer, outcome.LineQuality, outcome.Timeout, outcome.CallDropped}
	for _, failure := range outcome.Failures() {
		result := outcome.Failed(failure.Code, "")
		want := contract.FaxStatusFailed
		if slices.Contains(retried, failure.Code) {
			want = contract.FaxStatusQueued
		}
		require.Equal(t, failure.Retried, want == contract.FaxStatusQueued, "the catalogue and the policies agree")
		require.Equal(t, want, life.After(result, 1, 3, time.Hour).To, failure.Code)
		require.Equal(t, contract.FaxStatusFailed, life.After(result, 3, 3, time.Hour).To, failure.Code)
		require.Equal(t, contract.FaxStatusFailed, life.After(result, 1, 3, life.Deadline).To, failure.Code)
		require.NotEmpty(t, result.Message())
	}
	require.Equal(t, contract.FaxStatusFailed, life.After(outcome.Failed(outcome.Timeout, ""), 3, 5, 0).To, "three whole calls are enough")
	require.Equal(t, contract.FaxStatusDelivered, life.After(outcome.Outcome{}, 1, 1, life.Deadline).To)
	require.Equal(t, contract.FaxStatusFailed, life.After(outcome.Failed("a code nobody knows", ""), 1, 5, 0).To)
}

func TestLiveDelaysGrowAndSandboxDelaysDoNot(t *testing.T) {
	delays := life.Delays{time.Second, 5 * time.Second}
	for _, c := range []struct {
		code   outcome.Code
		number int
		want   time.Duration
	}{
		{outcome.Busy, 1, time.Second}, {outcome.Busy, 2, 5 * time.Second}, {outcome.Busy, 4, 5 * time.Second}, {outcome.NoAnswer, 1, 2 * time.Second},
	} {
		got := delays.After(outcome.Failed(c.code, ""), c.number, contract.Live)
		require.GreaterOrEqual(t, got, c.want)
		require.LessOrEqual(t, got, c.want*6/5)
	}
	require.Equal(t, time.Second, delays.After(outcome.Failed(outcome.Busy, ""), 4, contract.Sandbox))
}
