package outbox

import (
	"context"
	"fmt"
	"log/slog"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/shared/bus"
	"github.com/mintfax/mintfax/shared/bus/bustest"
	"github.com/mintfax/mintfax/shared/postgres/pgtest"
)

func TestCostOfABatchIsIndependentOfTheLengthOfTheOutbox(t *testing.T) {
	d := pgtest.New(t)
	d.Grow(t, "auth", 50_000)
	publisher, err := bus.NewPublisher(bustest.Dial(t, bustest.VHost(t)))
	require.NoError(t, err)
	db := d.Open(t, "auth")
	relay := NewRelay(db, "auth", publisher, slog.New(slog.DiscardHandler), prometheus.NewRegistry())
	pgtest.WatchPlans(t, db).Flat("a batch", func(ctx context.Context) error {
		sent, err := relay.relayBatch(ctx)
		if sent != batch {
			return fmt.Errorf("%d were sent: %w", sent, err)
		}
		return err
	})
}
