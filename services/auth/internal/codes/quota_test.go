package codes

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// exhaust returns the total when each asker in turn uses all that it is admitted to. No other order gives them more.
func exhaust(askers, quota int) (total int) {
	for range askers {
		for own := 0; (usage{own, total}).admits(quota); own++ {
			total++
		}
	}
	return total
}

func TestFrequentAskersLeaveRoomForAFirstRequest(t *testing.T) {
	for askers := 1; askers < 40; askers++ {
		total := exhaust(askers, unknownCodesPerHour)
		require.True(t, usage{0, total}.admits(unknownCodesPerHour), "%d askers used %d", askers, total)
	}
}

func TestTwentyUnknownAskersLeaveACodeAndTwoAttempts(t *testing.T) {
	codes, attempts := exhaust(20, unknownCodesPerHour), exhaust(20, unknownAttemptsPerDay)
	require.LessOrEqual(t, codes, 40)
	require.LessOrEqual(t, attempts, 88)
	require.True(t, usage{0, codes}.admits(unknownCodesPerHour))
	require.True(t, usage{0, attempts}.admits(unknownAttemptsPerDay))
	require.True(t, usage{1, attempts + 1}.admits(unknownAttemptsPerDay))
}

func TestNoOrderOfAskersUsesMore(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		askers, quota := rapid.IntRange(1, 300).Draw(t, "askers"), rapid.SampledFrom([]int{unknownCodesPerHour, unknownAttemptsPerDay}).Draw(t, "quota")
		total, own := 0, map[int]int{}
		for _, asker := range rapid.SliceOfN(rapid.IntRange(1, askers), 0, 1000).Draw(t, "order") {
			if (usage{own[asker], total}).admits(quota) {
				own[asker]++
				total++
			}
		}
		if total > quota || total > exhaust(askers, quota) {
			t.Fatalf("%d askers used %d", askers, total)
		}
	})
}

func TestASingleAskerHasItsWholeQuota(t *testing.T) {
	require.GreaterOrEqual(t, exhaust(1, unknownCodesPerHour), codesPerHour)
	require.GreaterOrEqual(t, exhaust(1, unknownAttemptsPerDay), 3*maxAttempts)
}
