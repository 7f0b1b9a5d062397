package edge

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestFloodOfUnauthenticatedRequestsLogsAFewLinesAndTheirNumber(t *testing.T) {
	var l logLimit
	now := time.Unix(1000, 0)
	lines := 0
	for range 1000 {
		if yes, _ := l.allow(now); yes {
			lines++
		}
	}
	require.Equal(t, unauthenticatedPerSecond, lines)
	yes, unlogged := l.allow(now.Add(time.Second))
	require.True(t, yes)
	require.Equal(t, 1000-unauthenticatedPerSecond, unlogged)
	_, unlogged = l.allow(now.Add(time.Second))
	require.Zero(t, unlogged)
}
