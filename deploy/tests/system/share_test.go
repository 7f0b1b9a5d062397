package system_test

import (
	"net/http"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/deploy/stack"
)

// Other tests send faxes meanwhile: what counts is that no replica does all the work.
func TestTwoDispatchersShareTheFaxes(t *testing.T) {
	t.Parallel()
	b := setup(t)
	attempts := func() (each [2]float64) {
		for n := range each {
			each[n] = metric(t, instance.Process(stack.FaxDispatch, n+1), `mintfax_fax_attempts_total{`)
		}
		return each
	}
	before := attempts()
	a := b.account(t)
	var wg sync.WaitGroup
	for n := range 100 {
		wg.Go(func() { b.through(n).fax(t, http.StatusCreated, a.TestKey, "+15005550001") })
	}
	wg.Wait()
	eventually(t, "all to be delivered", func() bool {
		return b.number(t, `SELECT count(*) FROM fax.faxes WHERE account_id = $1 AND status = 'delivered'`, a.ID) == 100
	})
	after := attempts()
	first, second := after[0]-before[0], after[1]-before[1]
	require.GreaterOrEqual(t, first+second, 100.0)
	require.Greater(t, first, (first+second)/4)
	require.Greater(t, second, (first+second)/4)
}
