package outbox_test

import (
	"log/slog"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"
	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/shared/bus"
	"github.com/mintfax/mintfax/shared/bus/bustest"
	"github.com/mintfax/mintfax/shared/outbox"
	"github.com/mintfax/mintfax/shared/postgres/pgtest"
)

func TestUnpublishableMessagesDoNotBlockOthers(t *testing.T) {
	d, at := pgtest.New(t), bustest.VHost(t)
	admin := d.Admin(t)
	for range 150 { // more than a batch
		require.NoError(t, admin.Exec(`INSERT INTO auth.outbox (message_id, kind, name, body)
			VALUES (gen_random_uuid()::text, 'work', 'nobody.takes', '{}')`).Error)
	}
	require.NoError(t, admin.Exec(`INSERT INTO auth.outbox (message_id, kind, name, body)
		VALUES ('large', 'event', 'account.registered', to_jsonb(repeat('x', 400 * 1024)))`).Error)
	require.NoError(t, admin.Exec(`INSERT INTO auth.outbox (message_id, kind, name, body)
		SELECT 'good' || n, 'event', 'account.registered', '{}' FROM generate_series(1, 250) n`).Error)

	publisher, err := bus.NewPublisher(bustest.Dial(t, at))
	require.NoError(t, err)
	metrics := prometheus.NewRegistry()
	stop := bustest.Serve(t, outbox.NewRelay(d.Open(t, "auth"), "auth", publisher, slog.New(slog.DiscardHandler), metrics).Run)
	count := func(where string) (n int) {
		require.NoError(t, admin.Raw(`SELECT count(*) FROM auth.outbox WHERE `+where).Scan(&n).Error)
		return n
	}
	require.Eventually(t, func() bool { return count(`message_id LIKE 'good%'`) == 0 }, 30*time.Second, 20*time.Millisecond)
	require.Eventually(t, func() bool { return count(`set_aside_at IS NOT NULL AND problem <> ''`) == 151 }, 30*time.Second, 20*time.Millisecond)
	require.Eventually(t, func() bool {
		n, err := testutil.GatherAndCount(metrics, "mintfax_outbox_set_aside")
		return err == nil && n == 1 && gauge(t, metrics) == 151
	}, 60*time.Second, 100*time.Millisecond, "the operator sees them")
	stop()
}

func gauge(t *testing.T, metrics *prometheus.Registry) float64 {
	t.Helper()
	found, err := metrics.Gather()
	require.NoError(t, err)
	return found[0].GetMetric()[0].GetGauge().GetValue()
}

func TestOutageOfTheBrokerSetsNothingAside(t *testing.T) {
	d, at := pgtest.New(t), bustest.VHost(t)
	admin := d.Admin(t)
	require.NoError(t, admin.Exec(`INSERT INTO auth.outbox (message_id, kind, name, body)
		SELECT 'm' || n, 'event', 'account.registered', '{}' FROM generate_series(1, 10) n`).Error)
	proxy := bustest.NewProxy(t, at)
	conn := bustest.Dial(t, proxy.URL)
	publisher, err := bus.NewPublisher(conn)
	require.NoError(t, err)
	proxy.Cut()
	require.Eventually(t, func() bool { return conn.Ready() != nil }, 10*time.Second, time.Millisecond)
	bustest.Serve(t, outbox.NewRelay(d.Open(t, "auth"), "auth", publisher, slog.New(slog.DiscardHandler), prometheus.NewRegistry()).Run)
	require.Eventually(t, func() bool {
		var left, counted int
		require.NoError(t, admin.Raw(`SELECT count(*) FROM auth.outbox`).Scan(&left).Error)
		require.NoError(t, admin.Raw(`SELECT count(*) FROM auth.outbox WHERE attempts > 0 OR set_aside_at IS NOT NULL`).Scan(&counted).Error)
		require.Zero(t, counted)
		return left == 0
	}, 30*time.Second, 20*time.Millisecond)
}
