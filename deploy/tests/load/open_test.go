package load_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/deploy/tests/load"
)

func TestSlowWorkDoesNotLowerWhatIsOffered(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 500*time.Millisecond)
	defer cancel()
	report := load.Run(ctx, load.Rate{PerSecond: 200, MaxInFlight: 5}, func(context.Context, int) { time.Sleep(100 * time.Millisecond) })
	require.InDelta(t, 100, report.Offered, 20)
	require.Equal(t, report.Offered, report.Done+report.Dropped)
	require.Positive(t, report.Dropped)
	require.LessOrEqual(t, report.Done, 40)
}

func TestRunWaitsForThePiecesInHandAndLetsThemFinish(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	var broken error
	report := load.Run(ctx, load.Rate{PerSecond: 1}, func(ctx context.Context, _ int) {
		time.Sleep(200 * time.Millisecond)
		broken = ctx.Err()
	})
	require.NoError(t, broken)
	require.Equal(t, 1, report.Done)
}
