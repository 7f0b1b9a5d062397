package dispatch_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/shared/postgres/pgtest"
)

func TestDispatchingCostsTheSameWhateverWasSentBefore(t *testing.T) {
	f := setup(t)
	f.Database.Grow(t, "faxes", 50_000)
	f.Activate(t, f.Live.AccountID, 5_000, time.Hour)
	plans := pgtest.WatchPlans(t, f.DB)
	watch := func(ctx context.Context) error {
		_, err := f.dispatcher.Store.Watch(ctx, time.Hour, 100) // far longer than it takes to fill the tables
		return err
	}
	plans.Flat("watchdog, nothing lost", watch)

	const busy = "+12125551234" // a third of the faxes went there, and some still wait
	var id string
	plans.Flat("a fax is accepted", func(context.Context) error {
		id = f.submit(t, f.Live, busy, "1")
		return nil
	})
	plans.Flat("an attempt from its begin to its end, with the next one woken", func(ctx context.Context) error {
		for _, w := range f.Work(t) {
			if err := f.dispatcher.Handle(ctx, "id", w); err != nil {
				return err
			}
		}
		return nil
	})
	require.NotNil(t, f.fax(t, f.Live, id).CompletedAt)
	woken := f.Work(t)
	require.Len(t, woken, 1)
	require.NotEqual(t, id, woken[0].FaxID)
}
