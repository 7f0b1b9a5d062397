package topup_test

import (
	"errors"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/services/billing/internal/billingtest"
	"github.com/mintfax/mintfax/shared/apierror"
	"github.com/mintfax/mintfax/shared/contract"
)

// refused is the refusal behind err, which is to be payment_declined with that code.
func refused(t *testing.T, err error, declineCode string) *apierror.Error {
	t.Helper()
	var refusal *apierror.Error
	require.True(t, errors.As(err, &refusal), "%v", err)
	require.Equal(t, apierror.PaymentDeclined, refusal.Code)
	require.Equal(t, declineCode, refusal.Context["decline_code"])
	return refusal
}

func activated(t *testing.T, w *billingtest.World, account string) bool {
	t.Helper()
	return w.Count(t, `auth.accounts WHERE id = ? AND activated_at IS NOT NULL`, account) == 1
}

func TestASavedCardActivatesNothingAndItsFirstChargeDoes(t *testing.T) {
	w := billingtest.New(t)
	account := w.Account(t)
	card := w.SaveCard(t, account)
	require.False(t, activated(t, w, account))

	payment, err := w.TopUp(t, account, "growth", "")
	require.NoError(t, err)
	require.EqualValues(t, 4000, payment.Amount)
	require.EqualValues(t, 5000, payment.Credits)
	require.Equal(t, contract.PaymentSucceeded, payment.Status)
	require.NotNil(t, payment.ReceiptURL)
	require.True(t, activated(t, w, account))
	require.EqualValues(t, 5000, w.Live(t, account))
	require.Equal(t, 1, w.Count(t, `billing.payments WHERE id = ? AND activates AND checkout_id IS NULL AND top_up_id IS NOT NULL`, payment.ID))
	require.Equal(t, 1, w.Count(t, `billing.outbox WHERE name = 'account.activated'`))
	require.Equal(t, 1, w.Count(t, `billing.outbox WHERE name = 'balance.topup'`))

	form := w.Stripe.Posts("top_up:")[0]
	id := form.Get("metadata[top_up_id]")
	for name, want := range map[string]string{
		"idempotency_key": "top_up:" + id, "amount": "4000", "currency": "usd", "confirm": "true", "off_session": "true",
		"payment_method": card, "payment_method_types[0]": "card", "metadata[account_id]": account,
	} {
		require.Equal(t, want, form.Get(name), name)
	}
	require.Equal(t, 1, w.Count(t, `billing.top_ups WHERE id = ? AND state = 'succeeded' AND idempotency_key = 'top_up:' || id`, id))

	second, err := w.TopUp(t, account, "starter", "")
	require.NoError(t, err)
	require.NotEqual(t, payment.ID, second.ID)
	require.EqualValues(t, 6000, w.Live(t, account))
	require.Equal(t, 1, w.Count(t, `billing.payments WHERE activates`))
	require.Zero(t, w.Log.Alarms())
}

func TestNothingIsChargedWithoutACardOrForNoPackage(t *testing.T) {
	w := billingtest.New(t)
	never, once := w.Account(t), w.Account(t)
	_, err := w.TopUp(t, never, "starter", "")
	refused(t, err, contract.NoCard)

	w.SaveCard(t, once)
	for _, id := range []string{"", "gold"} {
		_, err = w.TopUp(t, once, id, "")
		require.True(t, apierror.Has(err, apierror.ValidationFailed), "%v", err)
	}
	w.Stripe.Hold(true) // the card stays on file while Stripe does not let go of it
	_, err = w.Cards.Remove(t.Context(), contract.GetAccountRequest{AccountID: once})
	require.Error(t, err)
	_, err = w.TopUp(t, once, "starter", "")
	refused(t, err, contract.NoCard)
	require.Empty(t, w.Stripe.Posts("top_up:"))
	require.Zero(t, w.Count(t, `billing.top_ups`))
}

func TestADeclinedCardChangesNothingAndTheRefusalSaysWhy(t *testing.T) {
	w := billingtest.New(t)
	account := w.Account(t)
	card := w.SaveCard(t, account)
	for code, told := range map[string]string{
		"insufficient_funds": "insufficient_funds",
		"stolen_card":        "generic_decline", // a thief learns nothing
	} {
		w.Stripe.Decline(card, code)
		_, err := w.TopUp(t, account, "starter", "again")
		require.NotContains(t, refused(t, err, told).Context, "checkout_url")
		require.Equal(t, 1, w.Count(t, `billing.top_ups WHERE state = 'declined' AND decline_code = ? AND settled_at IS NOT NULL`, code))
	}
	require.Zero(t, w.Count(t, `billing.payments`))
	require.False(t, activated(t, w, account))

	w.Stripe.Decline(card, "")
	w.Stripe.Detach(card) // the charge is refused without asking the bank
	_, err := w.TopUp(t, account, "starter", "again")
	refused(t, err, contract.CardUnusable)
	card = w.SaveCard(t, account)
	_, err = w.TopUp(t, account, "starter", "again")
	require.NoError(t, err, "the same request works with a card that pays")
	require.EqualValues(t, 1000, w.Live(t, account))
	require.NotContains(t, w.Log.String(), "someone@example.com")
	require.True(t, w.Stripe.Attached(card))
}

func TestABankThatWantsThePersonLeadsToAPageForTheSamePackage(t *testing.T) {
	w := billingtest.New(t)
	account := w.Account(t)
	card := w.SaveCard(t, account)
	w.Stripe.Decline(card, "authentication_required")
	_, err := w.TopUp(t, account, "growth", "")
	url, _ := refused(t, err, "authentication_required").Context["checkout_url"].(string)
	require.Equal(t, 1, w.Count(t, `billing.checkouts WHERE url = ? AND package_id = 'growth' AND amount = 4000 AND state = 'open'`, url))
	require.Equal(t, 1, w.Count(t, `billing.top_ups WHERE state = 'requires_action'`))
	require.Zero(t, w.Count(t, `billing.payments`))

	var session string
	require.NoError(t, w.Admin.Raw(`SELECT stripe_session_id FROM billing.checkouts WHERE url = ?`, url).Scan(&session).Error)
	w.Stripe.Pay(session)
	_, err = w.Settlement.SettleCheckout(t.Context(), session)
	require.NoError(t, err)
	require.EqualValues(t, 5000, w.Live(t, account))
	require.True(t, activated(t, w, account))
}

func TestTheRefusalStandsWhenNoPageCanBeOpened(t *testing.T) {
	w := billingtest.New(t)
	account := w.Account(t)
	w.Stripe.Decline(w.SaveCard(t, account), "authentication_required")
	w.Stripe.BeforeAnswer(func(string) { w.Stripe.FailNext(http.StatusInternalServerError) })
	_, err := w.TopUp(t, account, "starter", "")
	require.NotContains(t, refused(t, err, "authentication_required").Context, "checkout_url")
	require.Equal(t, 1, w.Count(t, `billing.top_ups WHERE state = 'requires_action'`))
}

func TestTheSameRequestAgainIsTheSameTopUp(t *testing.T) {
	w := billingtest.New(t)
	account, other := w.Account(t), w.Account(t)
	w.SaveCard(t, account)
	w.SaveCard(t, other)
	first, err := w.TopUp(t, account, "starter", "key")
	require.NoError(t, err)
	again, err := w.TopUp(t, account, "starter", "key")
	require.NoError(t, err)
	require.Equal(t, first, again)
	_, err = w.TopUp(t, account, "growth", "key")
	require.True(t, apierror.Has(err, apierror.IdempotencyKeyReuse), "%v", err)
	require.Equal(t, 1, w.Stripe.Charged())

	_, err = w.TopUp(t, other, "starter", "key")
	require.NoError(t, err, "a key belongs to its account")
	for _, statement := range []string{
		`ALTER TABLE billing.top_ups DISABLE TRIGGER top_ups_keep`,
		`UPDATE billing.top_ups SET created_at = created_at - interval '25 hours'`,
		`ALTER TABLE billing.top_ups ENABLE TRIGGER top_ups_keep`,
	} {
		require.NoError(t, w.Admin.Exec(statement).Error)
	}
	_, err = w.TopUp(t, account, "starter", "key")
	require.NoError(t, err)
	require.Equal(t, 3, w.Stripe.Charged(), "a key stands for a day")
}
