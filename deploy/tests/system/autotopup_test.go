package system_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/deploy/stack/apiclient"
)

const cardAsksOffSession = "4000002500003155" // pays by Checkout, and requires authentication for every later charge

// automatic has an account topped up by 1,000 credits when less than 900 are left.
func (b bench) automatic(t *testing.T, card string) (a apiclient.Account, key string) {
	t.Helper()
	a = b.account(t)
	b.pay(t, b.checkout(t, a).URL, card, http.StatusSeeOther)
	eventually(t, "the account to be activated", func() bool { return b.bought(t, a).available == 1000 })
	b.do(t, http.StatusOK, "PUT", "/v1/account/auto-top-up", a.AccountKey,
		map[string]any{"enabled": true, "threshold_amount": 900, "package_id": "starter", "monthly_cap": 100_000})
	return a, b.liveKey(t, a)
}

func (b bench) charges(t *testing.T, a apiclient.Account) (n int) {
	t.Helper()
	all, err := b.stripe.Charges(t.Context())
	require.NoError(t, err)
	for _, charge := range all {
		if charge.AccountID == a.ID {
			n++
		}
	}
	return n
}

func TestFiftyFaxesThatCrossTheThresholdAtOnceAreToppedUpByOneCharge(t *testing.T) {
	t.Parallel()
	const faxes, perFax = 50, 6
	b := setup(t)
	a, key := b.automatic(t, apiclient.CardPays)
	var wg sync.WaitGroup
	for n := range faxes {
		wg.Go(func() {
			answer, err := b.through(n).SendFax(t.Context(), key, apiclient.Upload{To: fmt.Sprintf("+1212555%04d", 1000+n), FileName: "f.txt", File: []byte("hello\n")})
			if err != nil || answer.Status != http.StatusCreated {
				t.Errorf("%v %s", err, answer.Body)
			}
		})
	}
	wg.Wait()
	eventually(t, "the faxes to be charged and the pool to be topped up", func() bool {
		return b.standing(t, a).available == 1000-faxes*perFax+1000 &&
			b.number(t, `SELECT held FROM wallet.pools WHERE account_id = $1 AND balance_type = 'live'`, a.ID) == 0
	})
	require.Equal(t, 2, b.charges(t, a), "the first purchase, and one top-up")
}

func TestACardThatWantsItsHolderPausesTheTopUpAndTheOwnerIsTold(t *testing.T) {
	t.Parallel()
	b := setup(t)
	a, key := b.automatic(t, cardAsksOffSession)
	b.spendLive(t, a, key, 17)
	var set struct {
		Enabled      bool
		PausedReason *string `json:"paused_reason"`
	}
	eventually(t, "the top-up to be paused", func() bool {
		require.NoError(t, b.do(t, http.StatusOK, "GET", "/v1/account/auto-top-up", a.AccountKey, nil).Decode(&set))
		return set.PausedReason != nil
	})
	require.Equal(t, "authentication_required", *set.PausedReason)
	eventually(t, "the mail", func() bool {
		mail, err := b.NewestMail(a.Email)
		return err == nil && strings.Contains(mail, "Automatic top-up of your mintfax account is paused")
	})
	require.Equal(t, 1, b.charges(t, a))
	require.Equal(t, int64(1000-17*6), b.standing(t, a).available)
}
