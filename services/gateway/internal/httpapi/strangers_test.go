package httpapi

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestAFloodOfStrangersLeavesAFewLinesAndTheirNumber(t *testing.T) {
	var s strangers
	now := time.Unix(1000, 0)
	lines := 0
	for range 1000 {
		if yes, _ := s.log(now); yes {
			lines++
		}
	}
	require.Equal(t, strangersPerSecond, lines)
	yes, unlogged := s.log(now.Add(time.Second))
	require.True(t, yes)
	require.Equal(t, 1000-strangersPerSecond, unlogged)
	_, unlogged = s.log(now.Add(time.Second))
	require.Zero(t, unlogged)
}
