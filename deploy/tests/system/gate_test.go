package system_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/deploy/stack/apiclient"
)

func TestBeforeActivationEverythingWorksButLive(t *testing.T) {
	t.Parallel()
	b := setup(t)
	a := b.account(t)
	b.fax(t, http.StatusCreated, a.TestKey, "+15005550001")
	b.do(t, http.StatusOK, "GET", "/v1/environment/balance", a.TestKey, nil)
	b.do(t, http.StatusOK, "GET", "/v1/environment/transactions", a.TestKey, nil)
	b.do(t, http.StatusOK, "GET", "/v1/account/keys", a.AccountKey, nil)
	b.do(t, http.StatusCreated, "POST", "/v1/account/environments", a.AccountKey, map[string]string{"name": "Second live", "type": "live"})
	live := b.liveKey(t, a)
	b.fax(t, http.StatusForbidden, live, "+12125550100")
	b.refused(t, "account_not_activated", http.StatusForbidden, "GET", "/v1/environment/balance", live, nil)

	setup, err := b.OpenSetup(t.Context(), a)
	require.NoError(t, err)
	b.pay(t, setup.URL, apiclient.CardPays, http.StatusSeeOther)
	eventually(t, "the card to be on file", func() bool {
		var account struct{ Card *struct{ Last4 string } }
		require.NoError(t, b.do(t, http.StatusOK, "GET", "/v1/account", a.AccountKey, nil).Decode(&account))
		return account.Card != nil && account.Card.Last4 == "4242"
	})
	b.refused(t, "account_not_activated", http.StatusForbidden, "GET", "/v1/environment", live, nil)
	b.untouched(t, a)
}

func TestAnUnactivatedLiveKeyGetsTheSame403Everywhere(t *testing.T) {
	t.Parallel()
	b := setup(t)
	a := b.account(t)
	live := b.liveKey(t, a)
	for _, c := range []struct{ method, path string }{
		{"GET", "/v1/environment"},
		{"GET", "/v1/environment/balance"},
		{"GET", "/v1/environment/transactions?type=nonsense&per_page=0"},
		{"GET", "/v1/faxes?status=nonsense&cursor=!"},
		{"GET", "/v1/faxes/does-not-exist"},
		{"GET", "/v1/faxes/fax_0000000000000000000000"},
		{"POST", "/v1/faxes"},
	} {
		for _, body := range [][]byte{nil, []byte("not a form"), []byte(`{"to": 1}`)} {
			if c.method == "GET" && body != nil {
				continue
			}
			answer := b.do(t, http.StatusForbidden, c.method, c.path, live, body, apiclient.Header{Name: "Idempotency-Key", Value: "k"})
			require.JSONEq(t, `{"error":"account_not_activated",
				"message":"Live operations require account activation. Activate via the dashboard.",
				"action":"activate_account","docs":"`+b.BaseURL+`/docs/errors/account-not-activated",
				"request_id":"`+answer.Header.Get("X-Request-Id")+`",
				"context":{"activate_url":"`+b.BaseURL+`/dashboard/activate"}}`, string(answer.Body), "%s %s", c.method, c.path)
		}
	}
	docs, err := b.Visit(t.Context(), b.BaseURL+"/docs/errors/account-not-activated")
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, docs.Status)
}

func TestARevokedKeyIsRefusedByTheVeryNextRequest(t *testing.T) {
	t.Parallel()
	b := setup(t)
	a := b.account(t)
	for i := range 20 {
		var key struct{ ID, Key string }
		require.NoError(t, b.do(t, http.StatusCreated, "POST", "/v1/account/keys", a.AccountKey,
			map[string]string{"name": "k", "environment_id": a.SandboxID}).Decode(&key))
		b.do(t, http.StatusOK, "GET", "/v1/environment", key.Key, nil)
		b.do(t, http.StatusNoContent, "DELETE", "/v1/account/keys/"+key.ID, a.AccountKey, nil)
		b.through(i).refused(t, "api_key_invalid", http.StatusUnauthorized, "GET", "/v1/environment", key.Key, nil)
	}
}

func TestTheKindsOfKeyAreWalledOff(t *testing.T) {
	t.Parallel()
	b := setup(t)
	a, other := b.account(t), b.account(t)
	b.refused(t, "wrong_key_kind", http.StatusForbidden, "GET", "/v1/account", a.TestKey, nil)
	b.refused(t, "wrong_key_kind", http.StatusForbidden, "GET", "/v1/environment", a.AccountKey, nil)
	b.refused(t, "unauthenticated", http.StatusUnauthorized, "GET", "/v1/account", "", nil)
	b.refused(t, "api_key_invalid", http.StatusUnauthorized, "GET", "/v1/account", "mfx_acct_nonsense", nil)
	b.refused(t, "not_found", http.StatusNotFound, "GET", "/v1/account/environments/"+other.SandboxID, a.AccountKey, nil)
	b.refused(t, "not_found", http.StatusNotFound, "POST", "/v1/account/keys", a.AccountKey, map[string]string{"name": "k", "environment_id": other.SandboxID})
	var fax struct{ ID string }
	require.NoError(t, b.fax(t, http.StatusCreated, other.TestKey, "+15005550001").Decode(&fax))
	b.refused(t, "not_found", http.StatusNotFound, "GET", "/v1/faxes/"+fax.ID, a.TestKey, nil)
}
