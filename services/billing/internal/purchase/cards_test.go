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

func remove(t *testing.T, w *billingtest.World, account string) error {
	t.Helper()
	_, err := w.Cards.Remove(t.Context(), contract.GetAccountRequest{AccountID: account})
	return err
}

// sweep does all that is due, as if a day had passed.
func sweep(t *testing.T, w *billingtest.World) (failed error) {
	t.Helper()
	require.NoError(t, w.Admin.Exec(`UPDATE billing.detachments SET next_try_at = now()`).Error)
	for {
		found, err := w.Cards.Next(t.Context())
		if err != nil {
			failed = err
		}
		if !found {
			return failed
		}
	}
}

func cardsOnFile(t *testing.T, w *billingtest.World, card string) int {
	t.Helper()
	return w.Count(t, `billing.customers WHERE payment_method_id = ? AND card_last4 IS NOT NULL`, card)
}

func TestARemovedCardIsGoneHereAndAtStripeAndAnotherAccountsIsNot(t *testing.T) {
	w := billingtest.New(t)
	account, other := w.Account(t), w.Account(t)
	card, others := w.SaveCard(t, account), w.SaveCard(t, other)
	for range 2 { // removing what is gone changes nothing
		require.NoError(t, remove(t, w, account))
		require.Zero(t, cardsOnFile(t, w, card))
		require.False(t, w.Stripe.Attached(card))
	}
	require.Equal(t, 1, cardsOnFile(t, w, others))
	require.True(t, w.Stripe.Attached(others))
	require.Zero(t, w.Count(t, `billing.detachments`))
	require.NoError(t, remove(t, w, w.Account(t)), "an account that never had a card")
	require.Equal(t, 1, w.Count(t, `billing.customers WHERE account_id = ? AND stripe_customer_id IS NOT NULL`, account))
}

func TestTheNewCardReplacesTheOldOneWhichLeavesStripe(t *testing.T) {
	w := billingtest.New(t)
	account := w.Account(t)
	first, second := w.SaveCard(t, account), w.SaveCard(t, account)
	require.Equal(t, 1, cardsOnFile(t, w, second))
	require.NoError(t, sweep(t, w))
	require.False(t, w.Stripe.Attached(first))
	require.True(t, w.Stripe.Attached(second))
	require.Equal(t, 1, cardsOnFile(t, w, second))
	require.Zero(t, w.Count(t, `billing.detachments`))
}

func TestARemovalThatStripeRefusesIsFinishedByTheSweep(t *testing.T) {
	for name, no := range map[string]struct{ begin, end func(*billingtest.Stripe) }{
		"with a fault":   {func(s *billingtest.Stripe) { s.Fail(http.StatusInternalServerError) }, func(s *billingtest.Stripe) { s.Fail(0) }},
		"with a refusal": {func(s *billingtest.Stripe) { s.Hold(true) }, func(s *billingtest.Stripe) { s.Hold(false) }},
	} {
		t.Run(name, func(t *testing.T) {
			w := billingtest.New(t)
			account := w.Account(t)
			card := w.SaveCard(t, account)
			no.begin(w.Stripe)
			require.True(t, apierror.Has(remove(t, w, account), apierror.ServiceUnavailable))
			require.Error(t, sweep(t, w))
			require.Equal(t, 1, cardsOnFile(t, w, card), "Stripe still has it")
			no.end(w.Stripe)
			require.NoError(t, sweep(t, w))
			require.Zero(t, cardsOnFile(t, w, card))
			require.False(t, w.Stripe.Attached(card))
			require.Zero(t, w.Count(t, `billing.detachments`))
		})
	}
}

func TestARemovalWhoseAnswerWasLostOrThatSomebodyElseDidIsDone(t *testing.T) {
	w := billingtest.New(t)
	for name, gone := range map[string]func(card string){
		"its answer was lost":     func(string) { w.Stripe.Lose(true) }, // the client asks again by itself, and is refused
		"detached at Stripe":      func(card string) { w.Stripe.Detach(card) },
		"Stripe does not know it": func(card string) { w.Stripe.ForgetCard(card) },
	} {
		account := w.Account(t)
		card := w.SaveCard(t, account)
		gone(card)
		require.NoError(t, remove(t, w, account), name)
		w.Stripe.Lose(false)
		require.Zero(t, cardsOnFile(t, w, card), name)
		require.False(t, w.Stripe.Attached(card), name)
	}
	require.Zero(t, w.Count(t, `billing.detachments`))
}

func TestACardThatIsSavedWhileAnotherIsRemovedStays(t *testing.T) {
	w := billingtest.New(t)
	account := w.Account(t)
	card := w.SaveCard(t, account)
	w.Stripe.Hold(true)
	require.Error(t, remove(t, w, account))
	second := w.SaveCard(t, account)
	w.Stripe.Hold(false)
	require.NoError(t, sweep(t, w))
	require.False(t, w.Stripe.Attached(card))
	require.True(t, w.Stripe.Attached(second))
	require.Equal(t, 1, cardsOnFile(t, w, second))
}

func TestRemovingAndReplacingAtOnceLeavesNoCardHalfThere(t *testing.T) {
	w := billingtest.New(t)
	account := w.Account(t)
	w.SaveCard(t, account)
	session := w.OpenSetup(t, account)
	w.Stripe.Pay(session)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			if _, err := w.Cards.Remove(t.Context(), contract.GetAccountRequest{AccountID: account}); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Go(func() {
		if _, err := w.Settlement.SettleCheckout(t.Context(), session); err != nil {
			t.Error(err)
		}
	})
	wg.Wait()
	require.NoError(t, sweep(t, w))
	kept := cardsOnFile(t, w, "pm_"+session) == 1
	require.Equal(t, w.Stripe.Attached("pm_"+session), kept, "a card is on file exactly when Stripe has it")
	require.Zero(t, w.Count(t, `billing.detachments`))
}

func TestTheCardIsThatOfTheAccount(t *testing.T) {
	w := billingtest.New(t)
	account, other := w.Account(t), w.Account(t)
	session := w.OpenSetup(t, account)
	w.OpenSetup(t, other)
	w.Stripe.Pay(session)
	_, err := w.Settlement.SettleCheckout(t.Context(), session)
	require.NoError(t, err)
	onFile, err := w.Cards.Get(t.Context(), contract.GetAccountRequest{AccountID: account})
	require.NoError(t, err)
	require.Equal(t, &contract.Card{Brand: "visa", Last4: "4242", ExpMonth: 12, ExpYear: 2034}, onFile.Card)
	for _, without := range []string{other, "acct_none"} {
		onFile, err = w.Cards.Get(t.Context(), contract.GetAccountRequest{AccountID: without})
		require.NoError(t, err)
		require.Nil(t, onFile.Card)
	}
}
