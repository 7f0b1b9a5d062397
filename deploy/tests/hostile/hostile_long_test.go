//go:build long

package hostile_test

import (
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/deploy/tests/hostile"
)

func TestWhatNobodyShouldSendIsRefusedByEveryWay(t *testing.T) {
	for _, way := range all() {
		t.Run(waysOf(t)[way].Name, func(t *testing.T) { attack(t, chosen(func(hostile.Case) bool { return true }), way) })
	}
}

// A hundred at once of what takes seconds each, by one account. Those whose turn does not come in time are told so.
func TestWhoSendsManySlowDocumentsKeepsNobodyElseWaiting(t *testing.T) {
	slow := chosen(func(c hostile.Case) bool { return strings.HasSuffix(c.Name, "a million gradients") })
	require.Len(t, slow, 1)
	way, good := waysOf(t)[0], beNeighbour(t)
	outcomes := make(chan string, 100)
	var wg sync.WaitGroup
	for range cap(outcomes) {
		wg.Go(func() {
			got, err := hostile.Attack(t.Context(), way, slow[0])
			if err != nil {
				t.Error(err)
			}
			outcomes <- got.Outcome
		})
	}
	wg.Wait()
	close(outcomes)
	count := map[string]int{}
	for outcome := range outcomes {
		count[outcome]++
	}
	t.Logf("%v, and the neighbour waited %s", count, good.slowest())
	require.Less(t, good.slowest(), neighbourly)
	require.Positive(t, count["too_complex"], "of those whose turn came")
	require.Equal(t, cap(outcomes), count["too_complex"]+count["service_unavailable"], "%v", count)
	good.stop(t)
	requireNothingLeft(t)
}
