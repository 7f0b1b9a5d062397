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

// refused asserts that err is payment_declined with that code, and returns it.
func refused(t *testing.T, err error, declineCode string) *apierror.Error {
	t.Helper()
	var refusal *apierror.Error
	require.True(t, errors.As(err, &refusal), "%v", err)
	require.Equal(t, apierror.PaymentDeclined, refusal.Code)
	require.Equal(t, declineCode, refusal.Context["decline_code"])
	return refusal
}

func activated(t *testing.T, env *billingtest.Env, account string) bool {
	t.Helper()
	return env.Count(t, `auth.accounts WHERE id = ? AND activated_at IS NOT NULL`, account) == 1
}

func TestTheFirstChargeOfASavedCardActivates(t *testing.T) {
	env := billingtest.New(t)
	account := env.Account(t)
	card := env.SaveCard(t, account)
	require.False(t, activated(t, env, account))

	payment, err := env.TopUp(t, account, "growth", "")
	require.NoError(t, err)
	require.EqualValues(t, 4000, payment.Amount)
	require.EqualValues(t, 5000, payment.Credits)
	require.Equal(t, contract.PaymentSucceeded, payment.Status)
	require.NotNil(t, payment.ReceiptURL)
	require.True(t, activated(t, env, account))
	require.EqualValues(t, 5000, env.LiveBalance(t, account))
	require.Equal(t, 1, env.Count(t, `billing.payments WHERE id = ? AND activates AND checkout_id IS NULL AND top_up_id IS NOT NULL`, payment.ID))
	require.Equal(t, 1, env.Count(t, `billing.outbox WHERE name = 'account.activated'`))
	require.Equal(t, 1, env.Count(t, `billing.outbox WHERE name = 'balance.topup'`))

	form := env.Stripe.Posts("top_up:")[0]
	id := form.Get("metadata[top_up_id]")
	for name, want := range map[string]string{
		"idempotency_key": "top_up:" + id, "amount": "4000", "currency": "usd", "confirm": "true", "off_session": "true",
		"payment_method": card, "payment_method_types[0]": "card", "metadata[account_id]": account,
	} {
		require.Equal(t, want, form.Get(name), name)
	}
	require.Equal(t, 1, env.Count(t, `billing.top_ups WHERE id = ? AND state = 'succeeded' AND idempotency_key = 'top_up:' || id`, id))

	second, err := env.TopUp(t, account, "starter", "")
	require.NoError(t, err)
	require.NotEqual(t, payment.ID, second.ID)
	require.EqualValues(t, 6000, env.LiveBalance(t, account))
	require.Equal(t, 1, env.Count(t, `billing.payments WHERE activates`))
	require.Zero(t, env.Log.Alarms())
}

func TestWithoutACardOrPackageNothingIsCharged(t *testing.T) {
	env := billingtest.New(t)
	never, once := env.Account(t), env.Account(t)
	_, err := env.TopUp(t, never, "starter", "")
	refused(t, err, contract.NoCard)

	env.SaveCard(t, once)
	for _, id := range []string{"", "gold"} {
		_, err = env.TopUp(t, once, id, "")
		require.True(t, apierror.Has(err, apierror.ValidationFailed), "%v", err)
	}
	env.Stripe.RefuseDetach(true) // the card stays on file while Stripe does not let go of it
	_, err = env.Cards.Remove(t.Context(), contract.GetAccountRequest{AccountID: once})
	require.Error(t, err)
	_, err = env.TopUp(t, once, "starter", "")
	refused(t, err, contract.NoCard)
	require.Empty(t, env.Stripe.Posts("top_up:"))
	require.Zero(t, env.Count(t, `billing.top_ups`))
}

func TestADeclinedCardReturnsItsDeclineCode(t *testing.T) {
	env := billingtest.New(t)
	account := env.Account(t)
	card := env.SaveCard(t, account)
	for code, shown := range map[string]string{
		"insufficient_funds": "insufficient_funds",
		"stolen_card":        "generic_decline", // a thief learns nothing
	} {
		env.Stripe.Decline(card, code)
		_, err := env.TopUp(t, account, "starter", "again")
		require.NotContains(t, refused(t, err, shown).Context, "checkout_url")
		require.Equal(t, 1, env.Count(t, `billing.top_ups WHERE state = 'declined' AND decline_code = ? AND settled_at IS NOT NULL`, code))
	}
	require.Zero(t, env.Count(t, `billing.payments`))
	require.False(t, activated(t, env, account))

	env.Stripe.Decline(card, "")
	env.Stripe.Detach(card) // the charge is refused without asking the bank
	_, err := env.TopUp(t, account, "starter", "again")
	refused(t, err, contract.CardUnusable)
	card = env.SaveCard(t, account)
	_, err = env.TopUp(t, account, "starter", "again")
	require.NoError(t, err, "the same request works with a card that pays")
	require.EqualValues(t, 1000, env.LiveBalance(t, account))
	require.NotContains(t, env.Log.String(), "someone@example.com")
	require.True(t, env.Stripe.Attached(card))
}

func TestRequiredAuthenticationOpensACheckout(t *testing.T) {
	env := billingtest.New(t)
	account := env.Account(t)
	card := env.SaveCard(t, account)
	env.Stripe.Decline(card, "authentication_required")
	_, err := env.TopUp(t, account, "growth", "")
	url, _ := refused(t, err, "authentication_required").Context["checkout_url"].(string)
	require.Equal(t, 1, env.Count(t, `billing.checkouts WHERE url = ? AND package_id = 'growth' AND amount = 4000 AND state = 'open'`, url))
	require.Equal(t, 1, env.Count(t, `billing.top_ups WHERE state = 'requires_action'`))
	require.Zero(t, env.Count(t, `billing.payments`))

	var session string
	require.NoError(t, env.Admin.Raw(`SELECT stripe_session_id FROM billing.checkouts WHERE url = ?`, url).Scan(&session).Error)
	env.Stripe.Pay(session)
	_, err = env.Settlement.SettleCheckout(t.Context(), session)
	require.NoError(t, err)
	require.EqualValues(t, 5000, env.LiveBalance(t, account))
	require.True(t, activated(t, env, account))
}

func TestTheDeclineStandsWithoutACheckout(t *testing.T) {
	env := billingtest.New(t)
	account := env.Account(t)
	env.Stripe.Decline(env.SaveCard(t, account), "authentication_required")
	env.Stripe.BeforeResponse(func(string) { env.Stripe.FailNext(http.StatusInternalServerError) })
	_, err := env.TopUp(t, account, "starter", "")
	require.NotContains(t, refused(t, err, "authentication_required").Context, "checkout_url")
	require.Equal(t, 1, env.Count(t, `billing.top_ups WHERE state = 'requires_action'`))
}

func TestARepeatedRequestIsTheSameTopUp(t *testing.T) {
	env := billingtest.New(t)
	account, other := env.Account(t), env.Account(t)
	env.SaveCard(t, account)
	env.SaveCard(t, other)
	first, err := env.TopUp(t, account, "starter", "key")
	require.NoError(t, err)
	again, err := env.TopUp(t, account, "starter", "key")
	require.NoError(t, err)
	require.Equal(t, first, again)
	_, err = env.TopUp(t, account, "growth", "key")
	require.True(t, apierror.Has(err, apierror.IdempotencyKeyReuse), "%v", err)
	require.Equal(t, 1, env.Stripe.Charges())

	_, err = env.TopUp(t, other, "starter", "key")
	require.NoError(t, err, "a key belongs to its account")
	for _, statement := range []string{
		`ALTER TABLE billing.top_ups DISABLE TRIGGER top_ups_keep`,
		`UPDATE billing.top_ups SET created_at = created_at - interval '25 hours'`,
		`ALTER TABLE billing.top_ups ENABLE TRIGGER top_ups_keep`,
	} {
		require.NoError(t, env.Admin.Exec(statement).Error)
	}
	_, err = env.TopUp(t, account, "starter", "key")
	require.NoError(t, err)
	require.Equal(t, 3, env.Stripe.Charges(), "a key stands for a day")
}
