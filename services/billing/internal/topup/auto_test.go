package topup_test

import (
	"fmt"
	"net/http"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/services/billing/internal/billingtest"
	"github.com/mintfax/mintfax/shared/apierror"
	"github.com/mintfax/mintfax/shared/contract"
	"github.com/mintfax/mintfax/shared/ids"
	"github.com/mintfax/mintfax/shared/ledger"
)

// automatic is an account with 1,000 credits that is topped up by another 1,000 when less than 500 are left,
// and its card.
func automatic(t *testing.T, w *billingtest.World, monthlyCap int64) (account, card string) {
	t.Helper()
	account = w.Account(t)
	card = w.SaveCard(t, account)
	_, err := w.TopUp(t, account, "starter", "")
	require.NoError(t, err)
	setAutomatic(t, w, account, monthlyCap)
	return account, card
}

func setAutomatic(t *testing.T, w *billingtest.World, account string, monthlyCap int64) {
	t.Helper()
	threshold := int64(500)
	set, err := w.TopUps.SetAutoTopUp(t.Context(), contract.SetAutoTopUpRequest{
		AccountID: account, Enabled: true, ThresholdAmount: &threshold, PackageID: "starter", MonthlyCap: &monthlyCap,
	})
	require.NoError(t, err)
	require.True(t, set.Enabled)
	require.Nil(t, set.PausedReason)
}

// spend captures credits of the live pool.
func spend(t *testing.T, w *billingtest.World, account string, credits int64) {
	t.Helper()
	fax := ids.New(ids.Fax)
	_, err := ledger.Hold(t.Context(), w.Admin, contract.PlaceHoldRequest{
		Reference: fax, AccountID: account, EnvironmentID: "env_1", BalanceType: contract.Live, Amount: credits,
	})
	require.NoError(t, err)
	_, err = ledger.Capture(t.Context(), w.Admin, fax)
	require.NoError(t, err)
}

// hear delivers what wallet has told, once.
func hear(t *testing.T, w *billingtest.World) int {
	t.Helper()
	var told []string
	require.NoError(t, w.Admin.Raw(`DELETE FROM wallet.outbox WHERE name = 'balance.below' RETURNING message_id || ' ' || (body->>'account_id')`).Scan(&told).Error)
	for _, one := range told {
		var messageID, account string
		_, err := fmt.Sscan(one, &messageID, &account)
		require.NoError(t, err)
		below(t, w, messageID, account)
	}
	return len(told)
}

func below(t *testing.T, w *billingtest.World, messageID, account string) {
	t.Helper()
	if err := w.TopUps.BalanceBelow(t.Context(), messageID, contract.BalanceBelowEvent{AccountID: account}); err != nil {
		t.Error(err)
	}
}

// paused is the reason that the owner sees, and that was to be told once.
func paused(t *testing.T, w *billingtest.World, account string) contract.PauseReason {
	t.Helper()
	seen, err := w.TopUps.GetAutoTopUp(t.Context(), contract.GetAccountRequest{AccountID: account})
	require.NoError(t, err)
	if seen.PausedReason == nil {
		require.Zero(t, w.Count(t, `billing.outbox WHERE name = 'auto_top_up.paused' AND body->>'account_id' = ?`, account))
		return ""
	}
	require.NotNil(t, seen.PausedAt)
	require.Equal(t, 1, w.Count(t, `billing.outbox WHERE name = 'auto_top_up.paused' AND body->>'account_id' = ? AND body->>'reason' = ?`, account, string(*seen.PausedReason)))
	return *seen.PausedReason
}

func charges(t *testing.T, w *billingtest.World, account string) int {
	t.Helper()
	return w.Count(t, `billing.payments p JOIN billing.top_ups t ON t.id = p.top_up_id WHERE p.account_id = ? AND t.kind = 'auto'`, account)
}

func TestTheCaptureThatCrossesTheThresholdIsToppedUpOnce(t *testing.T) {
	w := billingtest.New(t)
	account, _ := automatic(t, w, 10_000)
	spend(t, w, account, 500)
	require.Zero(t, hear(t, w), "500 are not less than 500")
	spend(t, w, account, 1)
	require.Equal(t, 1, hear(t, w))
	require.EqualValues(t, 1499, w.Live(t, account))
	spend(t, w, account, 1000)
	require.Equal(t, 1, hear(t, w))
	require.EqualValues(t, 1499, w.Live(t, account))
	require.Equal(t, 2, charges(t, w, account))
	seen, err := w.TopUps.GetAutoTopUp(t.Context(), contract.GetAccountRequest{AccountID: account})
	require.NoError(t, err)
	require.EqualValues(t, 2000, seen.ChargedThisMonth)
}

func TestFiftyCapturesAtOnceMakeOneCharge(t *testing.T) {
	w := billingtest.New(t)
	account, _ := automatic(t, w, 100_000)
	spend(t, w, account, 480)
	var wg sync.WaitGroup
	for n := range 50 {
		wg.Go(func() {
			spend(t, w, account, 10)
			below(t, w, fmt.Sprint("evt_forged_", n), account) // as if each had been told
		})
	}
	wg.Wait()
	hear(t, w)
	require.Equal(t, 1, charges(t, w, account))
	require.Equal(t, 2, w.Stripe.Charged(), "the first one was made by hand")
	require.EqualValues(t, 1020, w.Live(t, account))
	require.Empty(t, paused(t, w, account))
}

func TestTheMonthlyCapIsNeverPassed(t *testing.T) {
	w := billingtest.New(t)
	account, _ := automatic(t, w, 2999)
	for round := range 4 {
		spend(t, w, account, w.Live(t, account))
		var wg sync.WaitGroup
		for n := range 20 {
			wg.Go(func() { below(t, w, fmt.Sprint("evt_", round, "_", n), account) })
		}
		wg.Wait()
		if w.Live(t, account) == 0 {
			break
		}
	}
	require.Equal(t, 2, charges(t, w, account), "two of 1,000 cents fit into 2,999")
	require.Empty(t, paused(t, w, account))
	found, err := w.TopUps.UncapNext(t.Context())
	require.NoError(t, err)
	require.False(t, found, "the month has not ended")

	for _, statement := range []string{
		`ALTER TABLE billing.top_ups DISABLE TRIGGER top_ups_keep`,
		`UPDATE billing.top_ups SET created_at = created_at - interval '31 days'`,
		`ALTER TABLE billing.top_ups ENABLE TRIGGER top_ups_keep`,
		`UPDATE billing.auto_top_ups SET capped_month = capped_month - 31`,
		`UPDATE wallet.pools SET below_told = true WHERE account_id = '` + account + `' AND balance_type = 'live'`,
	} {
		require.NoError(t, w.Admin.Exec(statement).Error)
	}
	found, err = w.TopUps.UncapNext(t.Context())
	require.NoError(t, err)
	require.True(t, found)
	require.Equal(t, 1, w.Count(t, `wallet.pools WHERE account_id = ? AND balance_type = 'live' AND NOT below_told`, account))
	below(t, w, "evt_next_month", account)
	require.Equal(t, 3, charges(t, w, account))
}

func TestARefusalPausesUntilTheOwnerSwitchesOnAgain(t *testing.T) {
	for code, want := range map[string]contract.PauseReason{
		"insufficient_funds": contract.PausedDeclined, "authentication_required": contract.PausedAuthentication,
	} {
		t.Run(code, func(t *testing.T) {
			w := billingtest.New(t)
			account, card := automatic(t, w, 10_000)
			w.Stripe.Decline(card, code)
			spend(t, w, account, 501)
			require.Equal(t, 1, hear(t, w))
			require.Equal(t, want, paused(t, w, account))
			below(t, w, "evt_later", account)
			require.Len(t, w.Stripe.Posts("top_up:"), 2, "no more is tried")

			w.Stripe.Decline(card, "")
			setAutomatic(t, w, account, 10_000)
			require.Equal(t, 1, hear(t, w), "it is below already")
			require.EqualValues(t, 1499, w.Live(t, account))
			require.Equal(t, 1, charges(t, w, account))
		})
	}
}

func TestWithoutACardItPauses(t *testing.T) {
	w := billingtest.New(t)
	account, _ := automatic(t, w, 10_000)
	_, err := w.Cards.Remove(t.Context(), contract.GetAccountRequest{AccountID: account})
	require.NoError(t, err)
	require.Equal(t, contract.PausedNoCard, paused(t, w, account))
	spend(t, w, account, 501)
	hear(t, w)
	require.Zero(t, charges(t, w, account))

	threshold := int64(500)
	_, err = w.TopUps.SetAutoTopUp(t.Context(), contract.SetAutoTopUpRequest{AccountID: account, Enabled: true, ThresholdAmount: &threshold, PackageID: "starter", MonthlyCap: &threshold})
	require.True(t, apierror.Has(err, apierror.ValidationFailed), "%v", err)
}

func TestThreeChargesWithoutAnAnswerPauseAndThenItOnlyLooks(t *testing.T) {
	w := billingtest.New(t)
	account, _ := automatic(t, w, 10_000)
	spend(t, w, account, 501)
	w.Stripe.Fail(http.StatusServiceUnavailable)
	require.Equal(t, 1, hear(t, w))
	for range 2 {
		require.Empty(t, paused(t, w, account))
		age(t, w, "2 minutes")
		_, err := w.TopUps.Next(t.Context())
		require.Error(t, err)
	}
	require.Equal(t, contract.PausedFailing, paused(t, w, account))
	w.Stripe.Fail(0)
	asked := len(w.Stripe.Posts("top_up:"))
	age(t, w, "2 minutes")
	sweep(t, w)
	require.Len(t, w.Stripe.Posts("top_up:"), asked, "it is looked for, not charged")
	require.Zero(t, charges(t, w, account))

	setAutomatic(t, w, account, 10_000)
	hear(t, w) // one is in flight
	age(t, w, "2 minutes")
	sweep(t, w)
	require.Equal(t, 1, charges(t, w, account))
	require.EqualValues(t, 1499, w.Live(t, account))
}

func TestTheSameMessageAgainAndACrashAfterStripeChargedChargeNothingMore(t *testing.T) {
	for name, finish := range map[string]func(t *testing.T, w *billingtest.World, account string){
		"the same message": func(t *testing.T, w *billingtest.World, account string) { below(t, w, "evt_1", account) },
		"the sweep": func(t *testing.T, w *billingtest.World, _ string) {
			age(t, w, "2 minutes")
			sweep(t, w)
		},
		"the sweep after Stripe has forgotten the key": func(t *testing.T, w *billingtest.World, _ string) {
			w.Stripe.ForgetKeys()
			age(t, w, "25 hours")
			sweep(t, w)
		},
		"the webhook": func(t *testing.T, w *billingtest.World, _ string) {
			require.NoError(t, w.Settlement.SettleIntent(t.Context(), w.Stripe.LastIntent()))
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := billingtest.New(t)
			account, _ := automatic(t, w, 10_000)
			spend(t, w, account, 501)
			w.Stripe.Lose(true)
			below(t, w, "evt_1", account)
			w.Stripe.Lose(false)
			require.Equal(t, 2, w.Stripe.Charged())
			below(t, w, "evt_2", account) // one is in flight
			finish(t, w, account)
			for range 2 {
				below(t, w, "evt_1", account)
			}
			require.Equal(t, 2, w.Stripe.Charged())
			require.Equal(t, 1, charges(t, w, account))
			require.EqualValues(t, 1499, w.Live(t, account))
			require.Empty(t, paused(t, w, account))
		})
	}
}

func TestAnOldMessageChargesNothingWhenThereIsEnoughAgain(t *testing.T) {
	w := billingtest.New(t)
	account, _ := automatic(t, w, 10_000)
	spend(t, w, account, 501)
	_, err := w.TopUp(t, account, "starter", "")
	require.NoError(t, err)
	require.Equal(t, 1, hear(t, w))
	require.Zero(t, charges(t, w, account))
}

func TestWhatIsOffOrNeverSetChargesNothing(t *testing.T) {
	w := billingtest.New(t)
	account, _ := automatic(t, w, 10_000)
	off, err := w.TopUps.SetAutoTopUp(t.Context(), contract.SetAutoTopUpRequest{AccountID: account})
	require.NoError(t, err)
	require.Equal(t, contract.AutoTopUp{}, off)
	spend(t, w, account, 900)
	require.Zero(t, hear(t, w))
	below(t, w, "evt_1", account)
	below(t, w, "evt_2", w.Account(t))
	require.Equal(t, 1, w.Stripe.Charged())
	require.Zero(t, w.Count(t, `billing.top_ups WHERE kind = 'auto'`))
}

func TestSettingsThatCannotBeAreRefused(t *testing.T) {
	w := billingtest.New(t)
	account := w.Account(t)
	w.SaveCard(t, account)
	number := func(n int64) *int64 { return &n }
	for name, r := range map[string]contract.SetAutoTopUpRequest{
		"threshold_amount": {PackageID: "starter", MonthlyCap: number(1000)},
		"zero":             {ThresholdAmount: number(0), PackageID: "starter", MonthlyCap: number(1000)},
		"package_id":       {ThresholdAmount: number(1), PackageID: "gold", MonthlyCap: number(1000)},
		"monthly_cap":      {ThresholdAmount: number(1), PackageID: "starter", MonthlyCap: number(999)},
		"no cap":           {ThresholdAmount: number(1), PackageID: "starter"},
	} {
		r.AccountID, r.Enabled = account, true
		_, err := w.TopUps.SetAutoTopUp(t.Context(), r)
		require.True(t, apierror.Has(err, apierror.ValidationFailed), "%s: %v", name, err)
	}
	require.Zero(t, w.Count(t, `billing.auto_top_ups`))
}
