package sandbox

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestEveryPageGrantsThreeSecondsUpToTwoMinutesOfBothTools(t *testing.T) {
	defer pagesDrawn.Store(0)
	for drawn, seconds := range map[uint64]uint64{0: 3, 1: 6, 10: 33, 19: 60, 350: 60} {
		pagesDrawn.Store(drawn)
		require.Equal(t, seconds, budgetSeconds(), "after %d pages", drawn)
	}
	require.Equal(t, 120, toolsAtOnce*maxSeconds)
}
