package dispatch_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/shared/contract"
	"github.com/mintfax/mintfax/shared/postgres/pgtest"
)

func TestDispatchCostDoesNotGrowWithHistory(t *testing.T) {
	f := setup(t)
	f.Database.Grow(t, "faxes", 50_000)
	f.Activate(t, f.Live.AccountID, 5_000, time.Hour)
	plans := pgtest.WatchPlans(t, f.DB)
	watch := func(ctx context.Context) error {
		_, err := f.dispatcher.Store.Watch(ctx, time.Hour, 100) // far longer than it takes to fill the tables
		return err
	}
	plans.Flat("watchdog, nothing lost", watch)
	plans.Flat("nothing is due", func(ctx context.Context) error {
		_, err := f.dispatcher.Store.Due(ctx, 100)
		return err
	})

	const busy = "+12125551234" // a third of the faxes went there, and some still wait
	var id string
	plans.Flat("a fax is accepted", func(context.Context) error {
		id = f.submit(t, f.Live, busy, "1")
		return nil
	})
	plans.Flat("it waits for those that have been due for longer", func(ctx context.Context) error {
		for _, w := range f.Work(t) {
			if err := f.dispatcher.Handle(ctx, "id", w); err != nil {
				return err
			}
		}
		return nil
	})
	require.Nil(t, f.fax(t, f.Live, id).CompletedAt)
	var oldest string
	f.Scan(t, &oldest, `SELECT id FROM fax.faxes WHERE to_number = ? AND status = 'queued' ORDER BY next_attempt_at, id LIMIT 1`, busy)
	plans.Flat("an attempt from its begin to its end, with the next one woken", func(ctx context.Context) error {
		return f.dispatcher.Handle(ctx, "id", contract.DispatchFaxWork{FaxID: oldest, AttemptNumber: 1})
	})
	var status string
	f.Scan(t, &status, `SELECT status FROM fax.faxes WHERE id = ?`, oldest)
	require.Equal(t, "failed", status, "its document is not in the storage")
	woken := f.Work(t)
	require.NotEmpty(t, woken)
	require.NotEqual(t, oldest, woken[len(woken)-1].FaxID)
}
