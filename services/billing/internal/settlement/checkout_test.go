package settlement_test

import (
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/services/billing/internal/billingtest"
	"github.com/mintfax/mintfax/shared/apierror"
	"github.com/mintfax/mintfax/shared/contract"
)

func TestAPurchaseRecordsCreditsActivatesAndSavesTheCard(t *testing.T) {
	env := billingtest.New(t)
	account := env.Account(t)
	session := env.OpenPayment(t, account, "growth")
	env.Stripe.Pay(session)

	outcome, err := env.Settlement.SettleCheckout(t.Context(), session)
	require.NoError(t, err)
	require.Equal(t, contract.CheckoutComplete, outcome.State)
	require.Equal(t, account, outcome.AccountID)
	require.False(t, outcome.Setup)
	require.NotNil(t, outcome.Payment)
	require.EqualValues(t, 4000, outcome.Payment.Amount)
	require.EqualValues(t, 5000, outcome.Payment.Credits)
	require.Zero(t, outcome.Payment.AmountRefunded)
	require.Equal(t, "USD", outcome.Payment.Currency)
	require.Equal(t, contract.PaymentSucceeded, outcome.Payment.Status)
	require.Equal(t, "https://stripe.example/receipts/"+session, *outcome.Payment.ReceiptURL)

	require.EqualValues(t, 5000, env.LiveBalance(t, account))
	require.Equal(t, 1, env.Count(t, `auth.accounts a JOIN billing.payments p ON p.account_id = a.id WHERE a.activated_at = p.created_at AND p.activates`))
	require.Equal(t, 1, env.Count(t, `billing.customers WHERE card_brand = 'visa' AND card_last4 = '4242' AND card_exp_month = 12 AND card_exp_year = 2034`))
	require.Equal(t, 1, env.Count(t, `billing.checkouts WHERE state = 'complete' AND completed_at IS NOT NULL`))
	require.Equal(t, 1, env.Count(t, `billing.outbox WHERE name = 'balance.topup' AND body->>'available' = '5000' AND body->>'balance_type' = 'live'`))
	require.Equal(t, 1, env.Count(t, `billing.outbox o JOIN auth.accounts a ON a.id = o.body->>'account_id'
		WHERE o.name = 'account.activated' AND (o.body->>'activated_at')::timestamptz = a.activated_at`))
	require.Zero(t, env.Log.Alarms())
}

func TestSettlingAgainIsIdempotent(t *testing.T) {
	env := billingtest.New(t)
	session := env.OpenPayment(t, env.Account(t), "starter")
	env.Stripe.Pay(session)
	first, err := env.Settlement.SettleCheckout(t.Context(), session)
	require.NoError(t, err)
	before, reads := env.State(t), env.Stripe.Reads()
	second, err := env.Settlement.SettleCheckout(t.Context(), session)
	require.NoError(t, err)
	require.Equal(t, first, second)
	require.Equal(t, before, env.State(t))
	require.Equal(t, reads, env.Stripe.Reads(), "Stripe is not asked about a settled checkout")
}

func TestASecondPurchaseKeepsActivatedAt(t *testing.T) {
	env := billingtest.New(t)
	account := env.Account(t)
	var activated [2]time.Time
	for i := range activated {
		session := env.OpenPayment(t, account, "starter")
		env.Stripe.Pay(session)
		_, err := env.Settlement.SettleCheckout(t.Context(), session)
		require.NoError(t, err)
		require.NoError(t, env.Admin.Raw(`SELECT activated_at FROM auth.accounts WHERE id = ?`, account).Scan(&activated[i]).Error)
	}
	require.Equal(t, activated[0], activated[1])
	require.EqualValues(t, 2000, env.LiveBalance(t, account))
	require.Equal(t, 1, env.Count(t, `billing.payments WHERE activates`))
	require.Equal(t, 1, env.Count(t, `billing.outbox WHERE name = 'account.activated'`))
	require.Equal(t, 2, env.Count(t, `billing.outbox WHERE name = 'balance.topup'`))
}

func TestASetupOnlySavesTheCard(t *testing.T) {
	env := billingtest.New(t)
	account := env.Account(t)
	session := env.OpenSetup(t, account)
	env.Stripe.Pay(session)
	outcome, err := env.Settlement.SettleCheckout(t.Context(), session)
	require.NoError(t, err)
	require.Equal(t, contract.CheckoutOutcome{AccountID: account, State: contract.CheckoutComplete, Setup: true}, outcome)
	require.Equal(t, 1, env.Count(t, `billing.customers WHERE card_last4 = '4242'`))
	require.Zero(t, env.Count(t, `auth.accounts WHERE activated_at IS NOT NULL`))
	require.Zero(t, env.Count(t, `billing.payments`))
	require.Zero(t, env.Count(t, `wallet.transactions WHERE kind = 'purchase'`))
	require.Zero(t, env.Count(t, `billing.outbox`))
}

func TestConcurrentSettlementsRecordOnePayment(t *testing.T) {
	env := billingtest.New(t)
	account := env.Account(t)
	session := env.OpenPayment(t, account, "starter")
	env.Stripe.Pay(session)
	var wg sync.WaitGroup
	for range 50 {
		wg.Go(func() {
			outcome, err := env.Settlement.SettleCheckout(t.Context(), session)
			if err != nil || outcome.State != contract.CheckoutComplete || outcome.Payment == nil {
				t.Errorf("outcome %+v, error %v", outcome, err)
			}
		})
	}
	wg.Wait()
	require.Equal(t, 1, env.Count(t, `billing.payments`))
	require.Equal(t, 1, env.Count(t, `wallet.transactions WHERE kind = 'purchase'`))
	require.Equal(t, 1, env.Count(t, `billing.outbox WHERE name = 'account.activated'`))
	require.EqualValues(t, 1000, env.LiveBalance(t, account))
}

func TestOfConcurrentFirstPurchasesOneActivates(t *testing.T) {
	env := billingtest.New(t)
	for range 10 {
		account := env.Account(t)
		sessions := []string{env.OpenPayment(t, account, "starter"), env.OpenPayment(t, account, "growth")}
		var wg sync.WaitGroup
		for _, session := range sessions {
			env.Stripe.Pay(session)
			for range 3 {
				wg.Go(func() {
					if _, err := env.Settlement.SettleCheckout(t.Context(), session); err != nil {
						t.Error(err)
					}
				})
			}
		}
		wg.Wait()
		require.EqualValues(t, 6000, env.LiveBalance(t, account))
		require.Equal(t, 2, env.Count(t, `billing.payments WHERE account_id = ?`, account))
		require.Equal(t, 1, env.Count(t, `billing.payments WHERE account_id = ? AND activates`, account))
	}
}

func TestAStripeOutageChangesNothing(t *testing.T) {
	env := billingtest.New(t)
	session := env.OpenPayment(t, env.Account(t), "starter")
	env.Stripe.Pay(session)
	before := env.State(t)
	for _, status := range []int{500, 503, 429, 401} {
		env.Stripe.Fail(status)
		_, err := env.Settlement.SettleCheckout(t.Context(), session)
		require.True(t, apierror.Has(err, apierror.ServiceUnavailable), "%d: %v", status, err)
		require.NotContains(t, err.Error(), "example.com", "Stripe's message may contain customer input")
	}
	require.Equal(t, before, env.State(t))
	require.Zero(t, env.Log.Alarms())
}

func TestForeignSessionIDsAreNotFound(t *testing.T) {
	env := billingtest.New(t)
	for _, id := range []string{"", "cs_", "cs_test_unknown", "pi_1", "cs_test/../customers", "cs_\x00", "cs_\xff", "cs_" + strings.Repeat("a", 300)} {
		_, err := env.Settlement.SettleCheckout(t.Context(), id)
		require.True(t, apierror.Has(err, apierror.NotFound), "%q: %v", id, err)
	}
	require.Zero(t, env.Stripe.Reads())
}

func TestTheSuccessPageAsksStripeOncePerInterval(t *testing.T) {
	env := billingtest.New(t)
	account := env.Account(t)
	session := env.OpenPayment(t, account, "starter")
	before := env.Stripe.Reads()
	var wg sync.WaitGroup
	for range 50 {
		wg.Go(func() {
			outcome, err := env.Settlement.FulfilCheckout(t.Context(), contract.FulfilCheckoutRequest{SessionID: session})
			if err != nil || outcome.State != contract.CheckoutOpen || outcome.AccountID != account {
				t.Errorf("%+v %v", outcome, err)
			}
		})
	}
	wg.Wait()
	require.Equal(t, 1, env.Stripe.Reads()-before)

	env.Stripe.Pay(session)
	require.NoError(t, env.Admin.Exec(`UPDATE billing.checkouts SET returned_at = now() - interval '5 seconds'`).Error)
	outcome, err := env.Settlement.FulfilCheckout(t.Context(), contract.FulfilCheckoutRequest{SessionID: session})
	require.NoError(t, err)
	require.Equal(t, contract.CheckoutComplete, outcome.State)
	for _, none := range []string{"cs_test_none", "nonsense", ""} {
		_, err := env.Settlement.FulfilCheckout(t.Context(), contract.FulfilCheckoutRequest{SessionID: none})
		require.True(t, apierror.Has(err, apierror.NotFound), none)
	}
	require.Equal(t, 2, env.Stripe.Reads()-before)
}
