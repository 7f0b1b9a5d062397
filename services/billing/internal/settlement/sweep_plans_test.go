package settlement

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/shared/postgres/pgtest"
)

func TestTheSweepSkipsAbandonedCheckouts(t *testing.T) {
	d := pgtest.New(t)
	d.Grow(t, "ledger", 50_000)
	admin := d.Admin(t)
	require.NoError(t, admin.Exec(`INSERT INTO billing.checkouts (id, account_id, mode, livemode, stripe_session_id, state, created_at, expires_at, checked_at, next_check_at)
		SELECT 'dead' || n, (SELECT id FROM auth.accounts LIMIT 1), 'setup', false, 'cs_dead' || n, 'open', now() - interval '30 days', now() - interval '29 days',
			now() - interval '27 days', now() - interval '26 days' FROM generate_series(1, 50000) n`).Error)
	require.NoError(t, admin.Exec(`VACUUM ANALYZE billing.checkouts`).Error)
	db := d.Open(t, "billing")
	s := NewStore(db)
	plans := pgtest.WatchPlans(t, db)
	plans.Flat("nothing due", func(ctx context.Context) error {
		session, err := s.claimDue(ctx, time.Minute)
		require.Empty(t, session)
		return err
	})
	plans.Flat("none unopened", s.expireUnopened)
	require.NoError(t, admin.Exec(`UPDATE billing.checkouts SET checked_at = NULL WHERE id = 'dead7'`).Error)
	plans.Flat("one due", func(ctx context.Context) error {
		session, err := s.claimDue(ctx, time.Minute)
		require.Equal(t, "cs_dead7", session)
		return err
	})
}
