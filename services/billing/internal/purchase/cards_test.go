package purchase_test

import (
	"net/http"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/services/billing/internal/billingtest"
	"github.com/mintfax/mintfax/shared/apierror"
	"github.com/mintfax/mintfax/shared/contract"
)

func remove(t *testing.T, env *billingtest.Env, account string) error {
	t.Helper()
	_, err := env.Cards.Remove(t.Context(), contract.GetAccountRequest{AccountID: account})
	return err
}

// sweep makes every detachment due and completes them.
func sweep(t *testing.T, env *billingtest.Env) (failed error) {
	t.Helper()
	require.NoError(t, env.Admin.Exec(`UPDATE billing.detachments SET next_try_at = now()`).Error)
	for {
		found, err := env.Cards.Next(t.Context())
		if err != nil {
			failed = err
		}
		if !found {
			return failed
		}
	}
}

func cardsOnFile(t *testing.T, env *billingtest.Env, card string) int {
	t.Helper()
	return env.Count(t, `billing.customers WHERE payment_method_id = ? AND card_last4 IS NOT NULL`, card)
}

func TestARemovedCardIsDetachedAtStripe(t *testing.T) {
	env := billingtest.New(t)
	account, other := env.Account(t), env.Account(t)
	card, others := env.SaveCard(t, account), env.SaveCard(t, other)
	for range 2 { // removing what is gone changes nothing
		require.NoError(t, remove(t, env, account))
		require.Zero(t, cardsOnFile(t, env, card))
		require.False(t, env.Stripe.Attached(card))
	}
	require.Equal(t, 1, cardsOnFile(t, env, others))
	require.True(t, env.Stripe.Attached(others))
	require.Zero(t, env.Count(t, `billing.detachments`))
	require.NoError(t, remove(t, env, env.Account(t)), "an account that never had a card")
	require.Equal(t, 1, env.Count(t, `billing.customers WHERE account_id = ? AND stripe_customer_id IS NOT NULL`, account))
}

func TestAReplacedCardIsDetachedAtStripe(t *testing.T) {
	env := billingtest.New(t)
	account := env.Account(t)
	first, second := env.SaveCard(t, account), env.SaveCard(t, account)
	require.Equal(t, 1, cardsOnFile(t, env, second))
	require.NoError(t, sweep(t, env))
	require.False(t, env.Stripe.Attached(first))
	require.True(t, env.Stripe.Attached(second))
	require.Equal(t, 1, cardsOnFile(t, env, second))
	require.Zero(t, env.Count(t, `billing.detachments`))
}

func TestAFailedRemovalIsRetried(t *testing.T) {
	for name, no := range map[string]struct{ begin, end func(*billingtest.Stripe) }{
		"with a fault":   {func(s *billingtest.Stripe) { s.Fail(http.StatusInternalServerError) }, func(s *billingtest.Stripe) { s.Fail(0) }},
		"with a refusal": {func(s *billingtest.Stripe) { s.RefuseDetach(true) }, func(s *billingtest.Stripe) { s.RefuseDetach(false) }},
	} {
		t.Run(name, func(t *testing.T) {
			env := billingtest.New(t)
			account := env.Account(t)
			card := env.SaveCard(t, account)
			no.begin(env.Stripe)
			require.True(t, apierror.Has(remove(t, env, account), apierror.ServiceUnavailable))
			require.Error(t, sweep(t, env))
			require.Equal(t, 1, cardsOnFile(t, env, card), "Stripe still has it")
			no.end(env.Stripe)
			require.NoError(t, sweep(t, env))
			require.Zero(t, cardsOnFile(t, env, card))
			require.False(t, env.Stripe.Attached(card))
			require.Zero(t, env.Count(t, `billing.detachments`))
		})
	}
}

func TestAnAlreadyDetachedCardCountsAsRemoved(t *testing.T) {
	env := billingtest.New(t)
	for name, gone := range map[string]func(card string){
		"its answer was lost":     func(string) { env.Stripe.LoseResponses(true) }, // the client retries by itself, and is refused
		"detached at Stripe":      func(card string) { env.Stripe.Detach(card) },
		"Stripe does not know it": func(card string) { env.Stripe.DeleteCard(card) },
	} {
		account := env.Account(t)
		card := env.SaveCard(t, account)
		gone(card)
		require.NoError(t, remove(t, env, account), name)
		env.Stripe.LoseResponses(false)
		require.Zero(t, cardsOnFile(t, env, card), name)
		require.False(t, env.Stripe.Attached(card), name)
	}
	require.Zero(t, env.Count(t, `billing.detachments`))
}

func TestACardSavedDuringARemovalStays(t *testing.T) {
	env := billingtest.New(t)
	account := env.Account(t)
	card := env.SaveCard(t, account)
	env.Stripe.RefuseDetach(true)
	require.Error(t, remove(t, env, account))
	second := env.SaveCard(t, account)
	env.Stripe.RefuseDetach(false)
	require.NoError(t, sweep(t, env))
	require.False(t, env.Stripe.Attached(card))
	require.True(t, env.Stripe.Attached(second))
	require.Equal(t, 1, cardsOnFile(t, env, second))
}

func TestConcurrentRemovalAndReplacementAgreeWithStripe(t *testing.T) {
	env := billingtest.New(t)
	account := env.Account(t)
	env.SaveCard(t, account)
	session := env.OpenSetup(t, account)
	env.Stripe.Pay(session)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			if _, err := env.Cards.Remove(t.Context(), contract.GetAccountRequest{AccountID: account}); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Go(func() {
		if _, err := env.Settlement.SettleCheckout(t.Context(), session); err != nil {
			t.Error(err)
		}
	})
	wg.Wait()
	require.NoError(t, sweep(t, env))
	kept := cardsOnFile(t, env, "pm_"+session) == 1
	require.Equal(t, env.Stripe.Attached("pm_"+session), kept, "a card is on file exactly when it is attached at Stripe")
	require.Zero(t, env.Count(t, `billing.detachments`))
}

func TestTheCardOnFileBelongsToTheAccount(t *testing.T) {
	env := billingtest.New(t)
	account, other := env.Account(t), env.Account(t)
	session := env.OpenSetup(t, account)
	env.OpenSetup(t, other)
	env.Stripe.Pay(session)
	_, err := env.Settlement.SettleCheckout(t.Context(), session)
	require.NoError(t, err)
	onFile, err := env.Cards.Get(t.Context(), contract.GetAccountRequest{AccountID: account})
	require.NoError(t, err)
	require.Equal(t, &contract.Card{Brand: "visa", Last4: "4242", ExpMonth: 12, ExpYear: 2034}, onFile.Card)
	for _, without := range []string{other, "acct_none"} {
		onFile, err = env.Cards.Get(t.Context(), contract.GetAccountRequest{AccountID: without})
		require.NoError(t, err)
		require.Nil(t, onFile.Card)
	}
}
