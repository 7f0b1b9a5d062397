package ui_test

import (
	"context"
	"net/http"
	"os"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/services/gateway/internal/dashboard/ui"
	"github.com/mintfax/mintfax/shared/apierror"
)

func TestSessionLifecycle(t *testing.T) {
	store := ui.NewSessionStore(client(t))
	token, err := store.Create(t.Context(), "acct_1")
	require.NoError(t, err)
	other, err := store.Create(t.Context(), "acct_1")
	require.NoError(t, err)
	require.NotEqual(t, token, other)
	t.Cleanup(func() { _ = store.Delete(t.Context(), other) })

	session, err := store.Get(t.Context(), token)
	require.NoError(t, err)
	require.Equal(t, "acct_1", session.AccountID)
	require.True(t, ui.WellFormed(session.CSRF))
	require.NotEqual(t, token, session.CSRF)

	require.NoError(t, store.Delete(t.Context(), token))
	require.NoError(t, store.Delete(t.Context(), token))
	_, err = store.Get(t.Context(), token)
	require.ErrorIs(t, err, ui.ErrNoSession)
	_, err = store.Get(t.Context(), other)
	require.NoError(t, err, "another sign-in goes on")
}

func TestDeleteAllEndsOnlyTheAccountsSessions(t *testing.T) {
	store := ui.NewSessionStore(client(t))
	account := "acct_" + ui.NewSecret()
	var mine []string
	for range 3 {
		token, err := store.Create(t.Context(), account)
		require.NoError(t, err)
		mine = append(mine, token)
	}
	other, err := store.Create(t.Context(), account+"x")
	require.NoError(t, err)
	t.Cleanup(func() { _ = store.DeleteAll(context.WithoutCancel(t.Context()), account+"x") })
	require.NoError(t, store.DeleteAll(t.Context(), account))
	require.NoError(t, store.DeleteAll(t.Context(), account))
	for _, token := range mine {
		_, err := store.Get(t.Context(), token)
		require.ErrorIs(t, err, ui.ErrNoSession)
	}
	_, err = store.Get(t.Context(), other)
	require.NoError(t, err)

	again, err := store.Create(t.Context(), account)
	require.NoError(t, err)
	_, err = store.Get(t.Context(), again)
	require.NoError(t, err)
	require.NoError(t, store.DeleteAll(t.Context(), account))
}

func TestRedisHasNoTokenAndExpiresSessions(t *testing.T) {
	redis := client(t)
	before := keys(t, redis)
	store := ui.NewSessionStore(redis)
	token, err := store.Create(t.Context(), "acct_2")
	require.NoError(t, err)
	for key := range keys(t, redis) {
		require.NotContains(t, key, token)
		if before[key] {
			continue
		}
		left, err := redis.TTL(t.Context(), key).Result()
		require.NoError(t, err)
		require.Greater(t, left, time.Duration(0))
		require.LessOrEqual(t, left, ui.SessionLifetime)
	}
	require.NoError(t, store.Delete(t.Context(), token))
}

func TestMalformedTokenIsNoSession(t *testing.T) {
	store := ui.NewSessionStore(client(t))
	for _, token := range []string{"", "x", "session:*", ui.NewSecret(), ui.NewSecret() + "A", "../" + ui.NewSecret()} {
		_, err := store.Get(t.Context(), token)
		require.ErrorIs(t, err, ui.ErrNoSession, token)
		require.NoError(t, store.Delete(t.Context(), token))
	}
}

func TestWithoutRedisSessionsAreUnavailable(t *testing.T) {
	gone := redis.NewClient(&redis.Options{Addr: "127.0.0.1:1", MaxRetries: -1})
	t.Cleanup(func() { _ = gone.Close() })
	store := ui.NewSessionStore(gone)
	_, err := store.Create(t.Context(), "acct_3")
	require.True(t, apierror.Has(err, apierror.ServiceUnavailable))
	_, err = store.Get(t.Context(), ui.NewSecret())
	require.True(t, apierror.Has(err, apierror.ServiceUnavailable))
	require.True(t, apierror.Has(store.Delete(t.Context(), ui.NewSecret()), apierror.ServiceUnavailable))
}

func TestCookieIsOutOfReachOfScripts(t *testing.T) {
	plain := ui.NewCookies("http://127.0.0.1:8080").Session("x")
	require.Equal(t, "mintfax_session", plain.Name)
	require.Equal(t, "/", plain.Path)
	require.Equal(t, 12*60*60, plain.MaxAge)
	require.Equal(t, http.SameSiteLaxMode, plain.SameSite)
	require.True(t, plain.HttpOnly)
	require.False(t, plain.Secure)
	require.True(t, ui.NewCookies("https://fax.example").Session("x").Secure)
	require.Negative(t, ui.NewCookies("https://fax.example").End().MaxAge)
}

func TestHostPrefixWithHTTPS(t *testing.T) {
	cookies := ui.NewCookies("https://fax.example")
	for _, cookie := range []*http.Cookie{cookies.Session("x"), cookies.End(), cookies.BrowserSession("mintfax_signin", "x")} {
		require.Regexp(t, "^__Host-mintfax_", cookie.Name)
		require.True(t, cookie.Secure)
		require.Equal(t, "/", cookie.Path)
		require.Empty(t, cookie.Domain)
	}
	r := &http.Request{Header: http.Header{"Cookie": {"mintfax_session=planted; __Host-mintfax_session=ours"}}}
	require.Equal(t, "ours", cookies.ReadSession(r))
	r.Header.Set("Cookie", "mintfax_session=planted")
	require.Empty(t, cookies.ReadSession(r))
}

func keys(t *testing.T, client *redis.Client) map[string]bool {
	t.Helper()
	found := map[string]bool{}
	for cursor := client.Scan(t.Context(), 0, "session:*", 1000).Iterator(); cursor.Next(t.Context()); {
		found[cursor.Val()] = true
	}
	return found
}

func client(t *testing.T) *redis.Client {
	t.Helper()
	url := os.Getenv("TEST_REDIS_URL")
	if url == "" {
		t.Fatal("TEST_REDIS_URL is not set: run the tests with `make test`, which starts the servers")
	}
	options, err := redis.ParseURL(url)
	require.NoError(t, err)
	client := redis.NewClient(options)
	t.Cleanup(func() { _ = client.Close() })
	return client
}
