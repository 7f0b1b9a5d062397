package pace_test

import (
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/services/billing/internal/pace"
	"github.com/mintfax/mintfax/shared/postgres/pgtest"
)

func TestAllProcessesTogetherHaveTenTurnsASecond(t *testing.T) {
	d := pgtest.New(t)
	var mu sync.Mutex
	var turns []time.Time
	var processes sync.WaitGroup
	for range 3 {
		p := pace.New(pace.NewStore(d.Open(t, "billing")))
		processes.Go(func() {
			for range 9 {
				if err := p.Wait(t.Context()); err != nil {
					t.Error(err)
				}
				mu.Lock()
				turns = append(turns, time.Now())
				mu.Unlock()
			}
		})
	}
	processes.Wait()
	require.Len(t, turns, 27)
	slices.SortFunc(turns, time.Time.Compare)
	require.GreaterOrEqual(t, turns[26].Sub(turns[0]), 26*100*time.Millisecond, "a turn comes a tenth of a second after the one before at the earliest")
}

func TestATurnThatNobodyTookIsNotSavedUp(t *testing.T) {
	d := pgtest.New(t)
	p := pace.New(pace.NewStore(d.Open(t, "billing")))
	require.NoError(t, d.Admin(t).Exec(`UPDATE billing.pace SET next_turn = now() - interval '1 hour'`).Error)
	started := time.Now()
	for range 5 {
		require.NoError(t, p.Wait(t.Context()))
	}
	require.GreaterOrEqual(t, time.Since(started), 400*time.Millisecond)
}
