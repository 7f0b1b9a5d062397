package system_test

import (
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/deploy/stack/apiclient"
)

func TestAPoolIsSpentToTheLastFaxAndNotBeyond(t *testing.T) { spendAtOnce(t, 3) }

const (
	seed     = 10_000 // credits of a new sandbox pool
	pageRate = 6
	mostPage = 350 // of one fax
)

// spendAtOnce sends 400 faxes at once on a balance for 50, through all gateways.
func spendAtOnce(t *testing.T, rounds int) {
	t.Helper()
	const enough, asked = 50, 400
	b := setup(t)
	for range rounds {
		a := b.account(t)
		b.spend(t, a, seed/pageRate-enough)
		var accepted, refused, other int
		var mu sync.Mutex
		var wg sync.WaitGroup
		for n := range asked {
			wg.Go(func() {
				status := b.through(n).sendOne(t, a.TestKey)
				mu.Lock()
				defer mu.Unlock()
				switch status {
				case http.StatusCreated:
					accepted++
				case http.StatusPaymentRequired:
					refused++
				default:
					other++
					t.Logf("answered %d", status)
				}
			})
		}
		wg.Wait()
		require.Equal(t, [3]int{enough, asked - enough, 0}, [3]int{accepted, refused, other})
		require.EqualValues(t, enough, b.number(t, `SELECT count(*) FROM fax.faxes WHERE account_id = $1 AND pages = 1`, a.ID))
		eventually(t, "the faxes to be charged", func() bool {
			return b.number(t, `SELECT held FROM wallet.pools WHERE account_id = $1 AND balance_type = 'sandbox'`, a.ID) == 0
		})
		require.EqualValues(t, seed%pageRate, b.number(t, `SELECT available FROM wallet.pools WHERE account_id = $1 AND balance_type = 'sandbox'`, a.ID))
	}
}

// spend sends faxes of many pages.
func (b bench) spend(t *testing.T, a apiclient.Account, pages int) {
	t.Helper()
	for ; pages > 0; pages -= min(pages, mostPage) {
		text := strings.Repeat("x\f", min(pages, mostPage)-1) + "x"
		answer, err := b.SendFax(t.Context(), a.TestKey, apiclient.Upload{To: "+15005550001", FileName: "long.txt", File: []byte(text)})
		require.NoError(t, err)
		require.Equal(t, http.StatusCreated, answer.Status, "%s", answer.Body)
	}
}

func (b bench) sendOne(t *testing.T, key string) int {
	answer, err := b.SendFax(t.Context(), key, apiclient.Upload{To: "+15005550001", FileName: "f.txt", File: []byte("hello\n")})
	if err != nil {
		t.Error(err)
	}
	return answer.Status
}
