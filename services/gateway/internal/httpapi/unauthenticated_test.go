package httpapi_test

import (
	"context"
	"net/http"
	"strconv"
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
)

func TestUnauthenticatedRequestsMakeNoMetricsAndNoLongLogLines(t *testing.T) {
	g := setup(t, func(c *admission.Config, _ *redis.Options) { c.AddressPerMinute = 1_000_000 })
	possible := map[string]bool{"unmatched": true}
	for _, route := range httpapi.Routes() {
		possible[strings.NewReplacer("{id}", ":id", "{page}", ":page", "{carrier}", ":carrier").Replace(route)] = true
		method, path, _ := strings.Cut(route, " ")
		if !strings.HasPrefix(path, "/v1/") || strings.HasPrefix(path, "/v1/account/register") {
			continue // they need no key, and a service that answers
		}
		g.do(t, method, strings.NewReplacer("{id}", "x", "{page}", "1.png", "{carrier}", "x").Replace(path), "", "")
	}
	for i := range 50 {
		g.do(t, "M"+strconv.Itoa(i)+strings.Repeat("X", 1000), "/v1/account", "", "")
		g.do(t, "GET", "/v1/"+strconv.Itoa(i), "", "", "User-Agent", strings.Repeat("u", 1000))
	}
	found, err := g.metrics.Gather()
	require.NoError(t, err)
	seen := 0
	for _, family := range found {
		for _, metric := range family.Metric {
			for _, label := range metric.Label {
				switch label.GetName() {
				case "route":
					require.True(t, possible[label.GetValue()], "a route that is none: %.60q", label.GetValue())
					seen++
				case "status":
					require.NotEmpty(t, http.StatusText(must(strconv.Atoi(label.GetValue()))))
				default:
					t.Errorf("is %q of %s bounded?", label.GetName(), family.GetName())
				}
			}
		}
	}
	require.Positive(t, seen)
	for line := range strings.SplitSeq(g.log.String(), "\n") {
		require.Less(t, len(line), 1000)
	}
}

func must(n int, err error) int {
	if err != nil {
		panic(err)
	}
	return n
}

func TestUnmatchedRequestsAreChargedToTheAddress(t *testing.T) {
	g := setup(t, func(c *admission.Config, _ *redis.Options) { c.AddressPerMinute = 10 })
	require.Equal(t, "not_found", g.do(t, "GET", "/v1/nothing", "", "").Error)
	require.Equal(t, "method_not_allowed", g.do(t, "BREW", "/v1/account", "", "").Error)
	require.Eventually(t, func() bool { return g.do(t, "GET", "/v1/nothing", "", "").Error == "rate_limit_exceeded" }, time.Second, time.Millisecond)
	require.Equal(t, "rate_limit_exceeded", g.do(t, "BREW", "/v1/account", "", "").Error)
	require.Equal(t, http.StatusTooManyRequests, g.do(t, "GET", "/checkout/return", "", "").Code)
}

func TestReturnsFromCheckoutAreChargedToTheAddress(t *testing.T) {
	g := setup(t, func(c *admission.Config, _ *redis.Options) { c.AddressPerMinute = 10 })
	asked := 0
	bustest.Answer(g.services, contract.FulfilCheckout, func(context.Context, contract.FulfilCheckoutRequest) (contract.CheckoutOutcome, error) {
		asked++
		return contract.CheckoutOutcome{State: contract.CheckoutOpen}, nil
	})
	require.Eventually(t, func() bool {
		return g.do(t, "GET", "/checkout/return?session_id=cs_1", "", "").Code == http.StatusTooManyRequests
	}, time.Second, time.Millisecond)
	require.LessOrEqual(t, asked, 10)
}

func TestKeysOfOneAccountShareItsLimit(t *testing.T) {
	g := setup(t, func(c *admission.Config, _ *redis.Options) { c.AccountPerMinute = 30 })
	passed := 0
	for range 20 { // a new key every time, as an account makes them for nothing
		key := g.key(contract.KindTest, "")
		for range 2 {
			switch got := g.do(t, "GET", "/v1/environment", key, ""); got.Code {
			case http.StatusOK:
				passed++
			default:
				require.Equal(t, "rate_limit_exceeded", got.Error)
				require.Equal(t, "30", got.Header().Get("X-RateLimit-Limit"))
			}
		}
	}
	require.Equal(t, 30, passed)
}

func TestTwoAuthorizationHeadersAreRefused(t *testing.T) {
	g := setup(t)
	key, other := g.key(contract.KindTest, ""), g.key(contract.KindTest, "")
	for _, given := range [][]string{{"Bearer " + key, "Bearer " + other}, {"Bearer " + key, ""}, {"", "Bearer " + key}} {
		got := g.with(t, given)
		require.Equal(t, string(apierror.APIKeyInvalid), got.Error, "%q", given)
	}
	require.Equal(t, "api_key_invalid", g.with(t, []string{"Bearer " + key + "\u00a0"}).Error, "a no-break space is part of a key")
	require.Equal(t, http.StatusOK, g.with(t, []string{"Bearer \t " + key + " "}).Code)
}

func TestResponsesAreNotCachedAndHTTPSIsEnforced(t *testing.T) {
	g := setup(t)
	for _, path := range []string{"/v1/environment", "/v1/nothing", "/v1/account"} {
		got := g.do(t, "GET", path, "", "")
		require.Equal(t, "no-store", got.Header().Get("Cache-Control"), path)
		require.Equal(t, "nosniff", got.Header().Get("X-Content-Type-Options"), path)
		require.Equal(t, "max-age=31536000", got.Header().Get("Strict-Transport-Security"), path)
	}
	plain := setup(t, func(c *admission.Config, _ *redis.Options) { c.PublicURL = "http://127.0.0.1:8080" })
	require.Empty(t, plain.do(t, "GET", "/v1/nothing", "", "").Header().Get("Strict-Transport-Security"))
}

func TestUntrustedProxyIsLoggedOnce(t *testing.T) {
	g := setup(t)
	for range 3 {
		g.do(t, "GET", "/v1/nothing", "", "", "X-Forwarded-For", "203.0.113.9")
	}
	require.Equal(t, 1, strings.Count(g.log.String(), "TRUSTED_PROXIES"))
}

func TestBrowserGetsAPageAndOtherClientsJSON(t *testing.T) {
	g := setup(t)
	const browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
	require.Equal(t, "a page", g.do(t, "GET", "/nothing", "", "", "Accept", browser).Body.String())
	require.Equal(t, "not_found", g.do(t, "GET", "/nothing", "", "").Error)
	require.Equal(t, "not_found", g.do(t, "GET", "/nothing", "", "", "Accept", "application/json").Error)
	require.Equal(t, "not_found", g.do(t, "GET", "/v1/nothing", "", "", "Accept", browser).Error, "the API answers in JSON")
	require.Equal(t, "method_not_allowed", g.do(t, "GET", "/stripe/webhook", "", "", "Accept", browser).Error)
}
