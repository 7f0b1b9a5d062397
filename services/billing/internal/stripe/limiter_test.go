package stripe_test

import (
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/services/billing/internal/stripe"
	"github.com/mintfax/mintfax/shared/postgres/pgtest"
)

func TestProcessesShareTenRequestsASecond(t *testing.T) {
	d := pgtest.New(t)
	var mu sync.Mutex
	var requests []time.Time
	var processes sync.WaitGroup
	for range 3 {
		p := stripe.NewLimiter(d.Open(t, "billing"))
		processes.Go(func() {
			for range 9 {
				if err := p.Wait(t.Context()); err != nil {
					t.Error(err)
				}
				mu.Lock()
				requests = append(requests, time.Now())
				mu.Unlock()
			}
		})
	}
	processes.Wait()
	require.Len(t, requests, 27)
	slices.SortFunc(requests, time.Time.Compare)
	require.GreaterOrEqual(t, requests[26].Sub(requests[0]), 26*100*time.Millisecond, "requests are at least a tenth of a second apart")
}

func TestUnusedSlotsDoNotAccumulate(t *testing.T) {
	d := pgtest.New(t)
	p := stripe.NewLimiter(d.Open(t, "billing"))
	require.NoError(t, d.Admin(t).Exec(`UPDATE billing.pace SET next_turn = now() - interval '1 hour'`).Error)
	started := time.Now()
	for range 5 {
		require.NoError(t, p.Wait(t.Context()))
	}
	require.GreaterOrEqual(t, time.Since(started), 400*time.Millisecond)
}
