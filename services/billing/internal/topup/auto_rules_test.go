package topup_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/services/billing/internal/billingtest"
	"github.com/mintfax/mintfax/services/billing/internal/purchase"
	"github.com/mintfax/mintfax/services/billing/internal/topup"
	"github.com/mintfax/mintfax/shared/apierror"
	"github.com/mintfax/mintfax/shared/contract"
)

func settingsOf(t *testing.T, env *billingtest.Env, account string) contract.AutoTopUp {
	t.Helper()
	found, err := env.TopUps.GetAutoTopUp(t.Context(), contract.GetAccountRequest{AccountID: account})
	require.NoError(t, err)
	return found
}

func TestTheDefaultSettingsAreOff(t *testing.T) {
	env := billingtest.New(t)
	require.Equal(t, contract.AutoTopUp{}, settingsOf(t, env, env.Account(t)))
}

func TestTheThresholdReachesTheLedgerWhileEnabled(t *testing.T) {
	env := billingtest.New(t)
	account, _ := automatic(t, env, 10_000)
	seen := settingsOf(t, env, account)
	require.True(t, seen.Enabled)
	require.EqualValues(t, 500, *seen.ThresholdAmount)
	require.Equal(t, "starter", *seen.PackageID)
	require.EqualValues(t, 10_000, *seen.MonthlyCap)
	const pool = `wallet.pools WHERE account_id = ? AND balance_type = 'live' AND auto_top_up_threshold IS NOT DISTINCT FROM ?`
	require.Equal(t, 1, env.Count(t, pool, account, 500))

	threshold := int64(700)
	_, err := env.TopUps.SetAutoTopUp(t.Context(), contract.SetAutoTopUpRequest{AccountID: account, ThresholdAmount: &threshold})
	require.NoError(t, err)
	seen = settingsOf(t, env, account)
	require.False(t, seen.Enabled)
	require.EqualValues(t, 700, *seen.ThresholdAmount, "a threshold is kept while disabled")
	require.Equal(t, 1, env.Count(t, pool, account, nil))
}

func TestARejectedSettingIsNamedAndChangesNothing(t *testing.T) {
	env := billingtest.New(t)
	account, _ := automatic(t, env, 10_000)
	cardless := env.Account(t)
	removing := env.Account(t)
	env.SaveCard(t, removing)
	env.Stripe.RefuseDetach(true)
	_, err := env.Cards.Remove(t.Context(), contract.GetAccountRequest{AccountID: removing})
	require.Error(t, err)
	number := func(n int64) *int64 { return &n }
	before := env.State(t)
	for name, c := range map[string]struct {
		field   string
		request contract.SetAutoTopUpRequest
	}{
		"no threshold":                 {"threshold_amount", contract.SetAutoTopUpRequest{AccountID: account, PackageID: "starter", MonthlyCap: number(1000)}},
		"a negative threshold":         {"threshold_amount", contract.SetAutoTopUpRequest{AccountID: account, ThresholdAmount: number(-1), PackageID: "starter", MonthlyCap: number(1000)}},
		"no package":                   {"package_id", contract.SetAutoTopUpRequest{AccountID: account, ThresholdAmount: number(1), MonthlyCap: number(1000)}},
		"an unknown package":           {"package_id", contract.SetAutoTopUpRequest{AccountID: account, ThresholdAmount: number(1), PackageID: "gold", MonthlyCap: number(1000)}},
		"no cap":                       {"monthly_cap", contract.SetAutoTopUpRequest{AccountID: account, ThresholdAmount: number(1), PackageID: "starter"}},
		"a cap below the price":        {"monthly_cap", contract.SetAutoTopUpRequest{AccountID: account, ThresholdAmount: number(1), PackageID: "starter", MonthlyCap: number(999)}},
		"no card":                      {"enabled", contract.SetAutoTopUpRequest{AccountID: cardless, ThresholdAmount: number(1), PackageID: "starter", MonthlyCap: number(1000)}},
		"a card that is being removed": {"enabled", contract.SetAutoTopUpRequest{AccountID: removing, ThresholdAmount: number(1), PackageID: "starter", MonthlyCap: number(1000)}},
	} {
		c.request.Enabled = true
		_, err := env.TopUps.SetAutoTopUp(t.Context(), c.request)
		var refusal *apierror.Error
		require.ErrorAs(t, err, &refusal, name)
		require.Equal(t, apierror.ValidationFailed, refusal.Code, name)
		require.Contains(t, refusal.Context["errors"], c.field, name)
	}
	require.Equal(t, before, env.State(t))
	require.EqualValues(t, 500, *settingsOf(t, env, account).ThresholdAmount)
	require.Equal(t, 1, env.Count(t, `billing.auto_top_ups`))
}

func TestChargedThisMonthCountsPendingAndSucceededAutomaticTopUps(t *testing.T) {
	env := billingtest.New(t)
	account, card := automatic(t, env, 10_000)
	require.Zero(t, settingsOf(t, env, account).ChargedThisMonth, "the first top-up was requested")
	spend(t, env, account, 501)
	require.Equal(t, 1, deliverBelow(t, env))
	require.EqualValues(t, 1000, settingsOf(t, env, account).ChargedThisMonth)

	env.Stripe.Decline(card, "insufficient_funds")
	spend(t, env, account, 1000)
	require.Equal(t, 1, deliverBelow(t, env))
	require.EqualValues(t, 1000, settingsOf(t, env, account).ChargedThisMonth, "a declined top-up does not count")

	env.Stripe.Decline(card, "")
	env.Stripe.KeepProcessing(true)
	setAutomatic(t, env, account, 10_000)
	require.Equal(t, 1, deliverBelow(t, env))
	require.EqualValues(t, 2000, settingsOf(t, env, account).ChargedThisMonth, "a pending top-up counts")
}

func TestAPackageThatIsNoLongerForSalePauses(t *testing.T) {
	env := billingtest.New(t)
	account, _ := automatic(t, env, 10_000)
	spend(t, env, account, 501)
	var catalogue purchase.Catalogue
	require.NoError(t, catalogue.UnmarshalText([]byte(`[{"id":"other","name":"Other","price":500,"credits":500}]`)))
	topUps := topup.New(topup.NewStore(env.DB, time.Minute), env.Stripe.Client(t), env.Settlement, env.Checkouts, catalogue, env.Logger())
	require.NoError(t, topUps.BalanceBelow(t.Context(), "evt_1", contract.BalanceBelowEvent{AccountID: account}))
	require.Equal(t, contract.PausedPackageGone, paused(t, env, account))
	require.Zero(t, env.Count(t, `billing.top_ups WHERE kind = 'auto'`))
}

func TestACardThatIsMissingAtTheChargePauses(t *testing.T) {
	env := billingtest.New(t)
	account, _ := automatic(t, env, 10_000)
	spend(t, env, account, 501)
	require.NoError(t, env.Admin.Exec(`UPDATE billing.customers SET payment_method_id = NULL, card_brand = NULL, card_last4 = NULL,
		card_exp_month = NULL, card_exp_year = NULL WHERE account_id = ?`, account).Error)
	require.Equal(t, 1, deliverBelow(t, env))
	require.Equal(t, contract.PausedNoCard, paused(t, env, account))
	require.Zero(t, env.Count(t, `billing.top_ups WHERE kind = 'auto'`))
}

func TestAPauseKeepsItsFirstReason(t *testing.T) {
	env := billingtest.New(t)
	account, card := automatic(t, env, 10_000)
	env.Stripe.Decline(card, "insufficient_funds")
	spend(t, env, account, 501)
	require.Equal(t, 1, deliverBelow(t, env))
	_, err := env.Cards.Remove(t.Context(), contract.GetAccountRequest{AccountID: account})
	require.NoError(t, err)
	require.Equal(t, contract.PausedDeclined, paused(t, env, account))
}

func TestASuccessfulChargeResetsTheFailures(t *testing.T) {
	env := billingtest.New(t)
	account, _ := automatic(t, env, 10_000)
	spend(t, env, account, 501)
	env.Stripe.Fail(http.StatusServiceUnavailable)
	require.Equal(t, 1, deliverBelow(t, env))
	age(t, env, "2 minutes")
	_, err := env.TopUps.Next(t.Context())
	require.Error(t, err)
	require.Equal(t, 1, env.Count(t, `billing.auto_top_ups WHERE account_id = ? AND failures = 2`, account))
	env.Stripe.Fail(0)
	age(t, env, "2 minutes")
	sweep(t, env)
	require.Equal(t, 1, charges(t, env, account))
	require.Equal(t, 1, env.Count(t, `billing.auto_top_ups WHERE account_id = ? AND failures = 0`, account))
	require.Empty(t, paused(t, env, account))
}

func TestEnablingAgainClearsThePauseTheFailuresAndTheCap(t *testing.T) {
	env := billingtest.New(t)
	account, _ := automatic(t, env, 10_000)
	require.NoError(t, env.Admin.Exec(`UPDATE billing.auto_top_ups SET paused_reason = 'charge_failed', paused_at = now(), failures = 3, capped_month = now()::date`).Error)
	setAutomatic(t, env, account, 10_000)
	require.Equal(t, 1, env.Count(t, `billing.auto_top_ups WHERE paused_reason IS NULL AND paused_at IS NULL AND failures = 0 AND capped_month IS NULL`))
}

func TestOnlyCapsOfPastMonthsAreCleared(t *testing.T) {
	env := billingtest.New(t)
	past, current := env.Account(t), env.Account(t)
	for account, month := range map[string]string{past: "now() - interval '32 days'", current: "now()"} {
		require.NoError(t, env.Admin.Exec(`INSERT INTO billing.auto_top_ups (account_id, enabled, capped_month) VALUES (?, false, ((`+month+`) AT TIME ZONE 'UTC')::date)`, account).Error)
	}
	for _, want := range []bool{true, false} {
		found, err := env.TopUps.UncapNext(t.Context())
		require.NoError(t, err)
		require.Equal(t, want, found)
	}
	require.Equal(t, 1, env.Count(t, `billing.auto_top_ups WHERE account_id = ? AND capped_month IS NULL`, past))
	require.Equal(t, 1, env.Count(t, `billing.auto_top_ups WHERE account_id = ? AND capped_month IS NOT NULL`, current))
}
