package fax_test

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/fax"
	"github.com/mintfax/mintfax/shared/contract"
)

func TestNoStepLeavesATerminalStatus(t *testing.T) {
	for _, step := range fax.Steps() {
		for _, from := range step.From {
			require.False(t, from.Terminal(), "%s → %s", from, step.To)
			require.NotEqual(t, fax.Abandoned, from)
		}
	}
}

func TestEveryOpenStatusLeadsToATerminalOne(t *testing.T) {
	ends := func(s contract.FaxStatus) bool { return s.Terminal() || s == fax.Abandoned }
	reached := map[contract.FaxStatus]bool{}
	for range fax.Steps() { // long enough for the longest way
		for _, step := range fax.Steps() {
			for _, from := range step.From {
				reached[from] = reached[from] || ends(step.To) || reached[step.To]
			}
		}
	}
	for _, status := range append(contract.FaxStatuses(), fax.Accepting) {
		require.True(t, status.Terminal() || reached[status], status)
	}
}

// retries has a minute for every class, and is over after four hours.
func retries() fax.Retries {
	p := fax.Policy{Waits: []time.Duration{time.Minute}, Growth: 1, Tries: 5, Within: 4 * time.Hour}
	three := p
	three.Tries = 3
	return fax.Retries{Busy: p, NoAnswer: p, LineQuality: p, CallDropped: p, Timeout: three, CarrierAway: p}
}

func TestTransientFailuresAreRetriedWhileAttemptsAndTimeAreLeft(t *testing.T) {
	to := func(result fax.Outcome, number, max int, age time.Duration) contract.FaxStatus {
		step, _ := retries().After(result, fax.Try{Number: number, Max: max, Age: age, Environment: contract.Live})
		return step.To
	}
	retried := []fax.Code{fax.Busy, fax.NoAnswer, fax.LineQuality, fax.Timeout, fax.CallDropped} // as the API's documentation has it
	for _, failure := range fax.Failures() {
		result := fax.Failed(failure.Code, "")
		want := contract.FaxStatusFailed
		if slices.Contains(retried, failure.Code) {
			want = contract.FaxStatusQueued
		}
		require.Equal(t, want == contract.FaxStatusQueued, result.Retried(), failure.Code)
		require.Equal(t, want, to(result, 1, 3, time.Hour), failure.Code)
		require.Equal(t, contract.FaxStatusFailed, to(result, 3, 3, time.Hour), failure.Code)
		require.Equal(t, contract.FaxStatusFailed, to(result, 1, 3, 4*time.Hour), failure.Code)
		require.NotEmpty(t, result.Message())
	}
	require.Equal(t, contract.FaxStatusFailed, to(fax.Failed(fax.Timeout, ""), 3, 5, 0), "three whole calls are enough")
	require.Equal(t, contract.FaxStatusDelivered, to(fax.Outcome{}, 1, 1, 5*time.Hour))
	require.Equal(t, contract.FaxStatusFailed, to(fax.Failed("a code nobody knows", ""), 1, 5, 0))
}

func TestASandboxFaxIsRetriedAfterASecond(t *testing.T) {
	for number := range 4 {
		step, wait := retries().After(fax.Failed(fax.Busy, ""), fax.Try{Number: number + 1, Max: 5, Environment: contract.Sandbox})
		require.Equal(t, contract.FaxStatusQueued, step.To)
		require.Equal(t, time.Second, wait)
	}
}

func TestEachClassFollowsItsOwnPolicy(t *testing.T) {
	policy := func(wait time.Duration) fax.Policy {
		return fax.Policy{Waits: []time.Duration{wait}, Growth: 1, Tries: 5, Within: 24 * time.Hour}
	}
	r := fax.Retries{
		Busy: policy(time.Minute), NoAnswer: policy(2 * time.Minute), LineQuality: policy(3 * time.Minute),
		CallDropped: policy(4 * time.Minute), Timeout: policy(5 * time.Minute), CarrierAway: policy(time.Hour),
	}
	for code, want := range map[fax.Code]time.Duration{
		fax.Busy: time.Minute, fax.NoAnswer: 2 * time.Minute, fax.LineQuality: 3 * time.Minute,
		fax.CallDropped: 4 * time.Minute, fax.Timeout: 5 * time.Minute,
	} {
		step, wait := r.After(fax.Failed(code, ""), fax.Try{Number: 1, Max: 5, Environment: contract.Live})
		require.Equal(t, fax.Retry(), step, code)
		require.Equal(t, want, wait.Truncate(time.Minute), code)
	}
}
