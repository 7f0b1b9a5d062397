package httpapi_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/services/gateway/internal/admission"
	"github.com/mintfax/mintfax/services/gateway/internal/httpapi"
	"github.com/mintfax/mintfax/shared/apierror"
	"github.com/mintfax/mintfax/shared/bus/bustest"
	"github.com/mintfax/mintfax/shared/contract"
	"github.com/mintfax/mintfax/shared/ids"
)

// Each request is wrong in more than one way; the first in the promised order is the answer.
func TestFirstRefusalInTheDocumentedOrderIsTheAnswer(t *testing.T) {
	g := setup(t)
	live := g.key(contract.KindLive, apierror.AccountNotActivated)
	acct := g.key(contract.KindAccount, "")
	test := g.key(contract.KindTest, "")
	unknown := ids.NewAPIKey(contract.KindTest)
	damaged := test[:len(test)-1] + "!"
	for _, c := range []struct {
		name, method, path, key, body string
		status                        int
		code                          apierror.Code
	}{
		{"no route before no key", "GET", "/v1/nothing", "", "", 404, apierror.NotFound},
		{"no method before no key", "DELETE", "/v1/account", "", "", 405, apierror.MethodNotAllowed},
		{"no key", "GET", "/v1/account", "", "", 401, apierror.Unauthenticated},
		{"a damaged key", "GET", "/v1/account", damaged, "", 401, apierror.APIKeyInvalid},
		{"an unknown key", "GET", "/v1/account", unknown, "", 401, apierror.APIKeyInvalid},
		{"the kind before activation", "GET", "/v1/account", live, "", 403, apierror.WrongKeyKind},
		{"the kind before the body", "POST", "/v1/faxes", acct, "x", 403, apierror.WrongKeyKind},
		{"activation before the body", "POST", "/v1/faxes", live, "x", 403, apierror.AccountNotActivated},
		{"activation before the resource", "GET", "/v1/faxes/does-not-exist", live, "", 403, apierror.AccountNotActivated},
		{"activation before the query", "GET", "/v1/faxes?per_page=x", live, "", 403, apierror.AccountNotActivated},
		{"the body before the resource", "POST", "/v1/account/keys/none/rotate", acct, "x", 400, apierror.MalformedRequest},
	} {
		got := g.do(t, c.method, c.path, c.key, c.body)
		require.Equal(t, c.status, got.Code, c.name)
		require.Equal(t, string(c.code), got.Error, c.name)
	}
	idempotency := g.do(t, "POST", "/v1/faxes", live, "x", "Idempotency-Key", strings.Repeat("k", 300))
	require.Equal(t, string(apierror.AccountNotActivated), idempotency.Error, "activation before idempotency")
	asked := g.asked
	g.do(t, "GET", "/v1/account", damaged, "")
	require.Equal(t, asked, g.asked, "a damaged key must not reach auth")
}

func TestActivationGateRefusesLiveKeysOnEveryEnvironmentRoute(t *testing.T) {
	g := setup(t)
	live := g.key(contract.KindLive, apierror.AccountNotActivated)
	for _, route := range httpapi.Routes() {
		method, path, _ := strings.Cut(route, " ")
		if !strings.HasPrefix(path, "/v1/environment") && !strings.HasPrefix(path, "/v1/faxes") {
			continue
		}
		got := g.do(t, method, strings.ReplaceAll(path, "{id}", "x"), live, "")
		require.Equal(t, http.StatusForbidden, got.Code, route)
		require.JSONEq(t, `{"error":"account_not_activated",
			"message":"Live operations require account activation. Activate via the dashboard.",
			"action":"activate_account","docs":"https://fax.example.com/docs/errors/account-not-activated",
			"request_id":"`+got.Header().Get("X-Request-Id")+`",
			"context":{"activate_url":"https://fax.example.com/dashboard/activate"}}`, got.Body.String(), route)
	}
}

func TestImplausibleVerdictIsUnavailable(t *testing.T) {
	g := setup(t)
	key := g.key(contract.KindTest, "")
	g.mu.Lock()
	for digest, verdict := range g.known {
		verdict.Kind = contract.KindLive // what auth would never say of a test key
		g.known[digest] = verdict
	}
	g.mu.Unlock()
	got := g.do(t, "GET", "/v1/environment", key, "")
	require.Equal(t, http.StatusServiceUnavailable, got.Code)
	require.Equal(t, "1", got.Header().Get("Retry-After"))
}

func TestEveryResponseHasRequestIDAndLimits(t *testing.T) {
	g := setup(t)
	key := g.key(contract.KindTest, "")
	for _, got := range []answer{
		g.do(t, "GET", "/v1/environment", key, ""), g.do(t, "GET", "/v1/nothing", "", ""),
		g.do(t, "PUT", "/v1/account", "", ""), g.do(t, "GET", "/v1/account", "", ""), g.do(t, "GET", "/v1/environment", ids.NewAPIKey(contract.KindTest), ""),
	} {
		require.Regexp(t, `^req_[0-9A-HJKMNP-TV-Z]{26}$`, got.Header().Get("X-Request-Id"))
		for _, name := range []string{"X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset"} {
			require.Regexp(t, `^\d+$`, got.Header().Get(name), name)
		}
	}
}

func TestInternalErrorsHideTheirCause(t *testing.T) {
	g := setup(t)
	key := g.key(contract.KindAccount, "")
	bustest.Answer(g.services, contract.GetBalances, func(context.Context, contract.GetAccountRequest) (contract.Balances, error) {
		return contract.Balances{}, errors.New("password=hunter2")
	})
	got := g.do(t, "GET", "/v1/account/balance", key, "")
	require.Equal(t, "internal_error", got.Error)
	require.NotContains(t, got.Body.String(), "hunter2")
	bustest.Answer(g.services, contract.GetBalances, func(context.Context, contract.GetAccountRequest) (contract.Balances, error) { panic("hunter2") })
	got = g.do(t, "GET", "/v1/account/balance", key, "")
	require.Equal(t, "internal_error", got.Error)
	require.NotContains(t, got.Body.String(), "hunter2")
}

func TestKeysHaveTheirOwnLimitAndBadKeysThatOfTheAddress(t *testing.T) {
	g := setup(t, func(c *admission.Config, _ *redis.Options) { c.KeyPerMinute, c.AddressPerMinute = 30, 10 })
	key, other := g.key(contract.KindTest, ""), g.key(contract.KindTest, "")
	for range 30 { // more than the address may do before authentication
		require.Equal(t, http.StatusOK, g.do(t, "GET", "/v1/environment", key, "").Code)
	}
	got := g.do(t, "GET", "/v1/environment", key, "")
	require.Equal(t, "rate_limit_exceeded", got.Error)
	require.Regexp(t, `^[1-9]\d*$`, got.Header().Get("Retry-After"))
	require.Equal(t, "0", got.Header().Get("X-RateLimit-Remaining"))
	require.Equal(t, http.StatusOK, g.do(t, "GET", "/v1/environment", other, "").Code)
	for range 5 {
		require.Equal(t, "api_key_invalid", g.do(t, "GET", "/v1/environment", "mfx_test_x", "").Error)
		require.Equal(t, "api_key_invalid", g.do(t, "GET", "/v1/environment", ids.NewAPIKey(contract.KindTest), "").Error)
	}
	require.Eventually(t, func() bool {
		return g.do(t, "GET", "/v1/environment", ids.NewAPIKey(contract.KindTest), "").Error == "rate_limit_exceeded"
	}, time.Second, time.Millisecond)
	require.Equal(t, "rate_limit_exceeded", g.do(t, "GET", "/v1/environment", "mfx_test_x", "").Error)
	for range 5 {
		require.Equal(t, http.StatusOK, g.do(t, "GET", "/v1/environment", other, "").Code, "a known good key passes")
	}
	g.mu.Lock()
	clear(g.known) // revoked
	g.mu.Unlock()
	require.Equal(t, "rate_limit_exceeded", g.do(t, "GET", "/v1/environment", other, "").Error)
	require.Equal(t, "rate_limit_exceeded", g.do(t, "GET", "/v1/environment", other, "").Error, "auth is not asked about it again")
}

func TestWithoutRedisRequestsAreServedAndRegistrationIsNot(t *testing.T) {
	g := setup(t, func(_ *admission.Config, o *redis.Options) { o.Addr, o.MaxRetries = "127.0.0.1:1", -1 })
	key, acct := g.key(contract.KindTest, ""), g.key(contract.KindAccount, "")
	require.Equal(t, http.StatusOK, g.do(t, "GET", "/v1/environment", key, "").Code)
	require.Equal(t, "service_unavailable", g.do(t, "POST", "/v1/account/register", "", `{"name":"a","email":"a@b.c"}`).Error)
	got := g.do(t, "POST", "/v1/account/environments", acct, `{"name":"a","type":"live"}`, "Idempotency-Key", "k")
	require.Equal(t, "service_unavailable", got.Error)
	bustest.Answer(g.services, contract.SubmitFax, func(_ context.Context, r contract.SubmitFaxRequest) (contract.SubmittedFax, error) {
		require.Equal(t, "k", r.IdempotencyKey)
		require.Len(t, r.Fingerprint, 32)
		return contract.SubmittedFax{Replayed: true}, nil
	})
	contentType, body := form(t, "to", "+15005550001", "file", "hello")
	got = g.send(t, "POST", "/v1/faxes", key, contentType, body, "Idempotency-Key", "k")
	require.Equal(t, http.StatusCreated, got.Code)
	require.Equal(t, "true", got.Header().Get("X-Idempotency-Replayed"))
	bustest.Answer(g.services, contract.ResendFax, func(_ context.Context, r contract.ResendFaxRequest) (contract.SubmittedFax, error) {
		require.Equal(t, "k", r.IdempotencyKey)
		require.Equal(t, "+15005550001", r.To)
		return contract.SubmittedFax{}, nil
	})
	got = g.do(t, "POST", "/v1/faxes/fax_1/resend", key, `{"to":"+15005550001"}`, "Idempotency-Key", "k")
	require.Equal(t, http.StatusCreated, got.Code, "fax-dispatch knows the key of a resend itself")
}
