package reconcile_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/services/billing/internal/reconcile"
)

func TestAPoolDifferenceStaysWithoutASecondComparison(t *testing.T) {
	d := setup(t)
	payment, _ := d.buy(t)
	d.corrupt(t, `UPDATE wallet.pools SET available = available + 1 WHERE balance_type = 'live' AND account_id = (SELECT account_id FROM billing.payments WHERE id = '`+payment+`')`)
	first := d.compare(t)
	require.Len(t, first.Differences, 1)
	second, err := d.comparer.Compare(t.Context(), reconcile.Scope{From: time.Now().Add(-time.Hour), Until: time.Now()})
	require.NoError(t, err)
	require.Empty(t, second.Differences)
	require.Equal(t, first.Differences, second.Both(first).Differences)
}
