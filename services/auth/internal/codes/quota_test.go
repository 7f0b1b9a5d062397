package codes

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// exhaust returns the total when each requester in turn uses all that it is admitted to. No other order gives them more.
func exhaust(requesters, quota int) (total int) {
	for range requesters {
		for own := 0; (usage{own, total}).admits(quota); own++ {
			total++
		}
	}
	return total
}

func TestFrequentRequestersLeaveRoomForAFirstRequest(t *testing.T) {
	for requesters := 1; requesters < 40; requesters++ {
		total := exhaust(requesters, unknownCodesPerHour)
		require.True(t, usage{0, total}.admits(unknownCodesPerHour), "%d requesters used %d", requesters, total)
	}
}

func TestTwentyUnknownRequestersLeaveACodeAndTwoAttempts(t *testing.T) {
	codes, attempts := exhaust(20, unknownCodesPerHour), exhaust(20, unknownAttemptsPerDay)
	require.LessOrEqual(t, codes, 40)
	require.LessOrEqual(t, attempts, 88)
	require.True(t, usage{0, codes}.admits(unknownCodesPerHour))
	require.True(t, usage{0, attempts}.admits(unknownAttemptsPerDay))
	require.True(t, usage{1, attempts + 1}.admits(unknownAttemptsPerDay))
}

func TestNoOrderOfRequestersUsesMore(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		requesters, quota := rapid.IntRange(1, 300).Draw(t, "requesters"), rapid.SampledFrom([]int{unknownCodesPerHour, unknownAttemptsPerDay}).Draw(t, "quota")
		total, own := 0, map[int]int{}
		for _, requester := range rapid.SliceOfN(rapid.IntRange(1, requesters), 0, 1000).Draw(t, "order") {
			if (usage{own[requester], total}).admits(quota) {
				own[requester]++
				total++
			}
		}
		if total > quota || total > exhaust(requesters, quota) {
			t.Fatalf("%d requesters used %d", requesters, total)
		}
	})
}

func TestASingleRequesterHasItsWholeQuota(t *testing.T) {
	require.GreaterOrEqual(t, exhaust(1, unknownCodesPerHour), codesPerHour)
	require.GreaterOrEqual(t, exhaust(1, unknownAttemptsPerDay), 3*maxAttempts)
}
