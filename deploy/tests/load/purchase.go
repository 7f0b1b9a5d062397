package load

import (
	"context"
	"net/http"
	"time"

	"github.com/mintfax/mintfax/deploy/stack/apiclient"
)

// Of four customers one leaves the Checkout page without paying, and one revokes a key first.
const (
	leaves  = 1
	revokes = 2
	kinds   = 4
)

// purchase is a new customer who registers and buys a first package. The customer does not wait for the
// credits: what was paid has to arrive by itself.
func (t *Traffic) purchase(ctx context.Context, n int) {
	account, ok := t.register(ctx)
	if !ok {
		return
	}
	if n%kinds == revokes {
		t.revoke(ctx, account)
	}
	var checkout apiclient.Checkout
	t.retry(ctx, "POST /v1/account/checkout-sessions", func(ctx context.Context) (apiclient.Answer, error) {
		return t.client.Do(ctx, http.MethodPost, "/v1/account/checkout-sessions", account.AccountKey, map[string]string{"package_id": "starter"})
	}, func(answer apiclient.Answer) {
		if err := answer.Decode(&checkout); err != nil || answer.Status != http.StatusCreated {
			t.unexpected("open a checkout: status %d: %.200s", answer.Status, answer.Body)
		}
	})
	if checkout.URL == "" || n%kinds == leaves {
		return
	}
	answer, err := t.client.PayWith(ctx, checkout.URL, apiclient.CardPays)
	if err != nil || answer.Status != http.StatusSeeOther {
		t.unexpected("the card was not taken: status %d, %v", answer.Status, err)
		return
	}
	t.recordPaid(account.ID)
}

// revoke ends the account's first environment key. It is found in the list, which shows no secrets.
func (t *Traffic) revoke(ctx context.Context, account apiclient.Account) {
	var keys struct{ Data []struct{ ID, Kind string } }
	t.retry(ctx, "GET /v1/account/keys", func(ctx context.Context) (apiclient.Answer, error) {
		return t.client.Do(ctx, http.MethodGet, "/v1/account/keys", account.AccountKey, nil)
	}, func(answer apiclient.Answer) {
		if err := answer.Decode(&keys); err != nil || answer.Status != http.StatusOK {
			t.unexpected("list keys: status %d: %.200s", answer.Status, answer.Body)
		}
	})
	for _, key := range keys.Data {
		if key.Kind != "test" {
			continue
		}
		t.retry(ctx, "DELETE /v1/account/keys", func(ctx context.Context) (apiclient.Answer, error) {
			return t.client.Do(ctx, http.MethodDelete, "/v1/account/keys/"+key.ID, account.AccountKey, nil)
		}, func(answer apiclient.Answer) { // a repetition may find it gone
			if answer.Status != http.StatusNoContent && answer.Status != http.StatusNotFound {
				t.unexpected("revoke a key: status %d: %.200s", answer.Status, answer.Body)
			}
		})
		t.retry(ctx, "GET /v1/environment, revoked", func(ctx context.Context) (apiclient.Answer, error) {
			return t.client.Do(ctx, http.MethodGet, "/v1/environment", account.TestKey, nil)
		}, func(answer apiclient.Answer) {
			if answer.Status != http.StatusUnauthorized {
				t.unexpected("a revoked key was answered %d", answer.Status)
			}
		})
	}
}

// register gives up when the answer to the code is lost, as the code may be used up then, and when it had to ask more
// than once, as a code may be the older one whose mail came first.
func (t *Traffic) register(ctx context.Context) (apiclient.Account, bool) {
	email, mailed, times, asked := newEmail(), false, 0, time.Now()
	t.retry(ctx, "POST /v1/account/register", func(ctx context.Context) (apiclient.Answer, error) {
		times++
		return t.client.Do(ctx, http.MethodPost, "/v1/account/register", "", map[string]string{"name": "Traffic", "email": email})
	}, func(answer apiclient.Answer) {
		mailed = answer.Status == http.StatusAccepted
		if !mailed && answer.Status != http.StatusTooManyRequests { // after five unused codes
			t.unexpected("register: status %d: %.200s", answer.Status, answer.Body)
		}
	})
	if !mailed {
		return apiclient.Account{}, false
	}
	code, err := t.client.Code(ctx, email, asked)
	if err != nil {
		t.unexpected("%v", err)
		return apiclient.Account{}, false
	}
	answer, err := t.client.Do(ctx, http.MethodPost, "/v1/account/register/verify", "", map[string]string{"email": email, "code": code})
	const verify = "POST /v1/account/register/verify"
	if err != nil {
		t.recordLost(verify, err.Error())
		return apiclient.Account{}, false
	}
	if t.again(verify, answer) || (times > 1 && answer.ErrorCode() == "code_invalid") {
		return apiclient.Account{}, false
	}
	account, err := apiclient.Verified(answer)
	if err != nil {
		t.unexpected("%s: %v", verify, err)
	}
	return account, err == nil
}
