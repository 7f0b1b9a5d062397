package sandbox

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestEveryPageHasThreeSecondsAndADocumentTwoMinutesOfTwoProcesses(t *testing.T) {
	defer pages.Store(0)
	for drawn, seconds := range map[uint64]uint64{0: 3, 1: 6, 10: 33, 19: 60, 350: 60} {
		pages.Store(drawn)
		require.Equal(t, seconds, allowance(), "after %d pages", drawn)
	}
	require.Equal(t, 120, hands*mostSeconds)
}
