package intake_test

import (
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/shared/apierror"
)

func TestAnAccountsOwnCapAndThatOfItsFirstWeekHoldAtOnce(t *testing.T) {
	f := setup(t)
	f.service.Limits.NewAccountPerDay = 1
	f.Activate(t, f.Live.AccountID, 60, 7*24*time.Hour-time.Minute) // what was bought first may be spent at once
	var accepted, refused atomic.Int64
	var wg sync.WaitGroup
	for n := range 30 {
		r := f.live(t, fmt.Sprintf("+1212555%04d", 1000+n), 1)
		wg.Go(func() {
			_, err := f.service.Submit(t.Context(), r)
			switch {
			case err == nil:
				accepted.Add(1)
			case apierror.Has(err, apierror.SpendLimitExceeded):
				refused.Add(1)
			default:
				t.Error(err)
			}
		})
	}
	wg.Wait()
	require.EqualValues(t, 10, accepted.Load(), "ten faxes of six credits")
	require.EqualValues(t, 20, refused.Load())

	f.Exec(t, `UPDATE fax.faxes SET status = 'failed', completed_at = now() WHERE id IN (SELECT id FROM fax.faxes LIMIT 1)`)
	_, err := f.service.Submit(t.Context(), f.live(t, "+12125552001", 1))
	require.NoError(t, err, "what was not delivered is given back")
	_, err = f.service.Submit(t.Context(), f.live(t, "+12125552002", 1))
	require.True(t, apierror.Has(err, apierror.SpendLimitExceeded))

	f.Exec(t, `INSERT INTO fax.settings (account_id, retention_days, zero_footprint, daily_spend_cap) VALUES (?, 30, false, 59)`, f.Live.AccountID)
	f.service.Limits.NewAccountPerDay = 1000
	_, err = f.service.Submit(t.Context(), f.live(t, "+12125552004", 1))
	require.True(t, apierror.Has(err, apierror.SpendLimitExceeded), "60 are spent")
	sandbox := f.request(t, "+15005550001")
	_, err = f.service.Submit(t.Context(), sandbox)
	require.NoError(t, err, "the sandbox has no caps")
}

func TestTheCapOfTheFirstWeekEndsSevenDaysAfterActivation(t *testing.T) {
	f := setup(t)
	f.service.Limits.NewAccountPerDay = 60
	f.Activate(t, f.Live.AccountID, 6, 7*24*time.Hour+time.Minute)
	_, err := f.service.Submit(t.Context(), f.live(t, "+12125552003", 30))
	require.NoError(t, err)
}

func TestANumberGetsOnlySoManyFaxesInAnHour(t *testing.T) {
	f := setup(t)
	f.Activate(t, f.Live.AccountID, 1000, 0)
	f.service.Limits.DestinationPerHour = 3
	for range 3 {
		_, err := f.service.Submit(t.Context(), f.live(t, "+12125551234", 1))
		require.NoError(t, err)
	}
	_, err := f.service.Submit(t.Context(), f.live(t, "+12125551234", 1))
	require.True(t, apierror.Has(err, apierror.RateLimitExceeded))
	_, err = f.service.Submit(t.Context(), f.live(t, "+12125551235", 1))
	require.NoError(t, err)
}
