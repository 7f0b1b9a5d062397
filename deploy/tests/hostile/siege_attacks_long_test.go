//go:build long

package hostile_test

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/deploy/stack/apiclient"
	"github.com/mintfax/mintfax/deploy/tests/hostile"
	"github.com/mintfax/mintfax/shared/contract"
	"github.com/mintfax/mintfax/shared/ids"
)

// siegeAttack does one thing that harms, again and again until its context is done. n is which of several attackers it is.
type siegeAttack struct {
	name      string
	attackers int
	once      func(ctx context.Context, n int)
}

// attacks are all of them. Victim is the paying customer, session a Checkout that is open.
func (s siege) attacks(t *testing.T, accounts []apiclient.Account, victim apiclient.Account, session string) []siegeAttack {
	t.Helper()
	at := s.GatewayURL()
	http20 := make([]*http.Client, 20)
	for n := range http20 {
		http20[n] = &http.Client{Transport: transportAt(outsider(n)), Timeout: 30 * time.Second, CheckRedirect: func(*http.Request, []*http.Request) error {
			return http.ErrUseLastResponse
		}}
	}
	ask := func(ctx context.Context, n int, method, path, key string, body io.Reader) {
		request, err := http.NewRequestWithContext(ctx, method, at+path, body)
		if err != nil {
			return
		}
		if key != "" {
			request.Header.Set("Authorization", "Bearer "+key)
		}
		if body != nil {
			request.Header.Set("Content-Type", "application/json")
		}
		if response, err := http20[n%20].Do(request); err == nil {
			_, _ = io.Copy(io.Discard, response.Body)
			_ = response.Body.Close()
		}
	}
	all := []siegeAttack{
		{"methods of 30 KB", 4, func(ctx context.Context, n int) {
			ask(ctx, n, strings.ToUpper(ids.Base62(8))+strings.Repeat("X", 30_000), "/v1/account", "", nil)
		}},
		{"returns from checkout", 4, func(ctx context.Context, n int) {
			ask(ctx, n, http.MethodGet, "/checkout/return?session_id="+url.QueryEscape(session), "", nil)
		}},
		{"keys that are none", 4, func(ctx context.Context, n int) {
			ask(ctx, n, http.MethodGet, "/v1/environment", ids.NewAPIKey(contract.KindLive), nil)
		}},
		{"codes for the customer", 4, func(ctx context.Context, n int) {
			ask(ctx, n, http.MethodPost, "/v1/account/register", "", strings.NewReader(`{"name":"A","email":"`+victim.Email+`"}`))
			ask(ctx, n, http.MethodPost, "/v1/account/register/verify", "", strings.NewReader(`{"email":"`+victim.Email+`","code":"000000"}`))
		}},
		{"connections that say nothing", 4, func(ctx context.Context, n int) { s.hold(ctx, outsider(n), 300) }},
		{"keys that cost nothing", 2, func(ctx context.Context, n int) {
			a := accounts[n%len(accounts)]
			ask(ctx, n, http.MethodPost, "/v1/account/keys", a.AccountKey, strings.NewReader(`{"name":"k","environment_id":"`+a.SandboxID+`"}`))
			ask(ctx, n, http.MethodGet, "/v1/faxes", a.TestKey, nil)
		}},
		{"senders that go", 10, func(ctx context.Context, n int) {
			ctx, cancel := context.WithTimeout(ctx, 300*time.Millisecond)
			defer cancel()
			_, _ = hostile.Attack(ctx, s.wayOf(accounts[n%len(accounts)]), caseNamed(t, "pdf/a million gradients"))
		}},
	}
	for _, name := range []string{"pdf/a million gradients", "text/349 full pages", "html/a border that was work without end", "html/tables in tables, 10 MB"} {
		c := caseNamed(t, name)
		all = append(all, siegeAttack{"many at once: " + name, 30, func(ctx context.Context, n int) {
			_, _ = hostile.Attack(ctx, s.wayOf(accounts[n%len(accounts)]), c)
		}})
	}
	for n, a := range accounts {
		form, err := hostile.SignIn(t.Context(), s.clientAt(outsider(n)), a)
		require.NoError(t, err)
		form.Before += "--" + hostile.Boundary + "\r\nContent-Disposition: form-data; name=\"act\"\r\n\r\npreview\r\n"
		c := caseNamed(t, "text/349 full pages")
		all = append(all, siegeAttack{"previews", 2, func(ctx context.Context, _ int) { _, _ = hostile.Attack(ctx, form, c) }})
	}
	return all
}

func (s siege) wayOf(a apiclient.Account) hostile.Target {
	return hostile.Target{Name: "quote", URL: s.GatewayURL() + "/v1/faxes/quote", Header: map[string]string{"Authorization": "Bearer " + a.TestKey}}
}

func caseNamed(t *testing.T, name string) hostile.Case {
	t.Helper()
	for _, c := range hostile.All() {
		if c.Name == name {
			return c
		}
	}
	require.Fail(t, "there is no such case", name)
	return hostile.Case{}
}

// hold keeps connections open and says nothing on them for as long as the server allows.
func (s siege) hold(ctx context.Context, address string, connections int) {
	dialer := net.Dialer{LocalAddr: net.TCPAddrFromAddrPort(netip.AddrPortFrom(netip.MustParseAddr(address), 0)), Timeout: time.Second}
	var held []net.Conn
	for range connections {
		if conn, err := dialer.DialContext(ctx, "tcp", strings.TrimPrefix(s.GatewayURL(), "http://")); err == nil {
			held = append(held, conn)
		}
	}
	select {
	case <-ctx.Done():
	case <-time.After(3 * time.Second):
	}
	for _, conn := range held {
		_ = conn.Close()
	}
}
