package carriers_test

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"encoding/base64"
	"log/slog"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/deploy/apiclient"
	"github.com/mintfax/mintfax/deploy/carrierfakes"
	"github.com/mintfax/mintfax/deploy/devstack"
	"github.com/mintfax/mintfax/deploy/traffic"
	"github.com/mintfax/mintfax/shared/bus"
	"github.com/mintfax/mintfax/shared/contract"
)

// bench is a whole of two of each service that may be killed, whose carrier is a fake Telnyx.
type bench struct {
	whole    *devstack.Whole
	client   *apiclient.Client
	exchange *carrierfakes.Exchange
	db       *pgxpool.Pool
	arms     string
	deaths   *atomic.Int64
}

func start(t *testing.T) bench {
	t.Helper()
	key := ed25519.NewKeyFromSeed(bytes.Repeat([]byte{9}, ed25519.SeedSize))
	public, ok := key.Public().(ed25519.PublicKey)
	require.True(t, ok)
	exchange := carrierfakes.New(carrierfakes.Config{TelnyxKey: key, CallTime: 300 * time.Millisecond, Log: slog.New(slog.DiscardHandler)})
	api := httptest.NewUnstartedServer(exchange.Handler())
	api.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
	api.Start()
	t.Cleanup(api.Close)
	dir := t.TempDir()
	arms := filepath.Join(dir, "crash")
	require.NoError(t, os.Mkdir(arms, 0o700))
	limits := map[string]string{"LIMIT_ADDRESS_PER_MINUTE": "1000000", "LIMIT_KEY_PER_MINUTE": "1000000", "LIMIT_REGISTRATIONS_PER_HOUR": "1000000"}
	whole, err := devstack.Start(t.Context(), devstack.Options{
		Dir: filepath.Join(dir, "whole"), BuildFlags: []string{"-tags=crashpoint"}, Say: func(line string) { t.Log(line) },
		Replicas: map[string]int{devstack.FaxDispatch: 2, devstack.Wallet: 2},
		Env: map[string]map[string]string{
			devstack.Gateway: limits,
			devstack.FaxDispatch: {
				"LIVE_CARRIER": "telnyx", "TELNYX_API_URL": api.URL + "/v2", "TELNYX_API_KEY": "key", "TELNYX_CONNECTION_ID": "1",
				"TELNYX_FROM": "+12125550100", "TELNYX_PUBLIC_KEY": base64.StdEncoding.EncodeToString(public),
				"WATCHDOG_AGE": "10s", "CRASHPOINT_DIR": arms,
			},
		},
	})
	require.NoError(t, err, "run the tests with `make test`, which starts the servers")
	t.Cleanup(func() { require.NoError(t, whole.Close(context.WithoutCancel(t.Context()))) })
	t.Cleanup(exchange.Wait)
	exchange.TellTelnyxAt(whole.GatewayURL() + "/carriers/telnyx/webhook")
	db, err := pgxpool.New(t.Context(), whole.DatabaseURL())
	require.NoError(t, err)
	t.Cleanup(db.Close)
	client, err := traffic.Client(t.Context(), whole)
	require.NoError(t, err)
	return bench{whole, client, exchange, db, arms, &atomic.Int64{}}
}

// liveAccount is an account that can send.
type liveAccount struct{ key string }

// live registers an account and buys as many credits as so many pages cost.
func (b bench) live(t *testing.T, pages int) liveAccount {
	t.Helper()
	account, err := b.client.Register(t.Context(), "Campaign", "campaign@carriers.example")
	require.NoError(t, err)
	for bought := 0; bought < pages*6; bought += 25_000 {
		checkout, err := b.client.OpenCheckout(t.Context(), account, "scale")
		require.NoError(t, err)
		_, err = b.client.PayWith(t.Context(), checkout.URL, apiclient.CardPays)
		require.NoError(t, err)
		require.Eventually(t, func() bool {
			return b.number(t, `SELECT available FROM wallet.pools WHERE account_id = $1 AND balance_type = 'live'`, account.ID) > int64(bought)
		}, 30*time.Second, 50*time.Millisecond)
	}
	key, err := b.client.MintLiveKey(t.Context(), account)
	require.NoError(t, err)
	return liveAccount{key}
}

// killAround has dispatchers die around the call, one after the other, while faxes are sent.
func (b bench) killAround(t *testing.T, faxes int) error {
	t.Helper()
	deadline := time.Now().Add(90 * time.Second)
	for round := 0; round < max(1, faxes/400); round++ {
		for _, point := range around {
			file := filepath.Join(b.arms, string(point))
			if err := os.WriteFile(file, nil, 0o600); err != nil {
				return err
			}
			for time.Now().Before(deadline) {
				if _, err := os.Stat(file); os.IsNotExist(err) {
					b.deaths.Add(1)
					break
				}
				time.Sleep(20 * time.Millisecond)
			}
			_ = os.Remove(file) // when nobody came by any more
		}
	}
	return nil
}

func (b bench) number(t *testing.T, query string, args ...any) (n int64) {
	t.Helper()
	require.NoError(t, b.db.QueryRow(t.Context(), query, args...).Scan(&n))
	return n
}

func (b bench) text(t *testing.T, query string, args ...any) (text string) {
	t.Helper()
	require.NoError(t, b.db.QueryRow(t.Context(), query, args...).Scan(&text))
	return text
}

func (b bench) faxOf(t *testing.T, attempt string) string {
	t.Helper()
	return b.text(t, `SELECT fax_id FROM fax.attempts WHERE id = $1`, attempt)
}

// settle waits until the money of all faxes has moved.
func (b bench) settle(t *testing.T) {
	t.Helper()
	require.Eventually(t, func() bool {
		return b.number(t, `SELECT sum(held) FROM wallet.pools`)+b.number(t, `SELECT count(*) FROM fax.outbox`) == 0
	}, time.Minute, 100*time.Millisecond)
}

// ends are the events of the ends of faxes, by fax.
type ends struct {
	mu    sync.Mutex
	heard map[string]map[time.Time]contract.FaxStatus
}

// listen hears the events on the broker as a service does.
func (b bench) listen(t *testing.T) *ends {
	t.Helper()
	conn, err := bus.Dial(t.Context(), bus.Config{
		URL: b.whole.Env()["AMQP_URL"], Service: "campaign", Log: slog.New(slog.DiscardHandler), Metrics: prometheus.NewRegistry(),
	})
	require.NoError(t, err)
	t.Cleanup(func() { _ = conn.Close() })
	e := &ends{heard: map[string]map[time.Time]contract.FaxStatus{}}
	listener := bus.NewListener(conn)
	for _, event := range []contract.Event[contract.FaxEvent]{contract.FaxDelivered, contract.FaxFailed, contract.FaxCanceled} {
		bus.Hear(listener, event, e.add)
	}
	go func() { _ = listener.Run(t.Context()) }() // it ends with the test
	time.Sleep(time.Second)                       // until it hears
	return e
}

// add counts what was published twice after a crash once: it is the same event, of the same time.
func (e *ends) add(event contract.FaxEvent) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.heard[event.FaxID] == nil {
		e.heard[event.FaxID] = map[time.Time]contract.FaxStatus{}
	}
	e.heard[event.FaxID][event.OccurredAt] = event.Status
}

func (e *ends) of(fax string) (statuses []string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, status := range e.heard[fax] {
		statuses = append(statuses, string(status))
	}
	return statuses
}
