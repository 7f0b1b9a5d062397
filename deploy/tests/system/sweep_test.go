package system_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"github.com/mintfax/mintfax/deploy/fakes/stripe/control"
	"github.com/mintfax/mintfax/deploy/stack/apiclient"
)

func TestWithoutAnyWebhookTheSweepCreditsEveryPaidSessionAndAsksStripeSparingly(t *testing.T) {
	const sessions = 100
	b := setup(t)
	require.NoError(t, b.stripe.SetDelivery(t.Context(), control.Drop, 0))
	defer func() { require.NoError(t, b.stripe.SetDelivery(t.Context(), control.Deliver, 0)) }()
	accounts := make([]string, sessions)
	began := time.Now()
	var group errgroup.Group
	group.SetLimit(8)
	for n := range sessions {
		group.Go(func() error {
			a := b.account(t)
			accounts[n] = a.ID
			b.pay(t, b.checkout(t, a).URL, apiclient.CardPays, http.StatusSeeOther)
			return nil
		})
	}
	require.NoError(t, group.Wait())
	require.Eventually(t, func() bool {
		return b.number(t, `SELECT count(*) FROM wallet.pools p JOIN auth.accounts a ON a.id = p.account_id
			WHERE a.id = ANY($1) AND a.activated_at IS NOT NULL AND p.balance_type = 'live' AND p.available = 1000`, accounts) == sessions
	}, 3*time.Minute, 100*time.Millisecond, "all are credited within three minutes")
	t.Logf("all %d credited %.1f s after the first was paid", sessions, time.Since(began).Seconds())

	asked, err := b.stripe.LatestRequests(t.Context())
	require.NoError(t, err)
	bySecond := map[int64]int{}
	reads, most := 0, 0
	for _, r := range asked {
		if r.Method != http.MethodGet || r.At.Before(began) || !strings.HasPrefix(r.Path, "/v1/checkout/sessions/") {
			continue
		}
		reads++
		bySecond[r.At.Unix()]++
		most = max(most, bySecond[r.At.Unix()])
	}
	t.Logf("%d reads of sessions, at most %d in a second", reads, most)
	require.GreaterOrEqual(t, reads, sessions)
	require.LessOrEqual(t, most, 10, "requests in a second, of all processes together")
}
