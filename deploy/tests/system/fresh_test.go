package system_test

import (
	"context"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/deploy/fakes/stripe/control"
	"github.com/mintfax/mintfax/deploy/stack/apiclient"
	"github.com/mintfax/mintfax/deploy/tests/load"
)

func TestTheFirstCallAfterTheWebhooksAnswerPassesAndNoneBeforeItsEvent(t *testing.T) {
	freshlyActivated(t, 15, 500)
}

func TestNoCallAfterTheAnswerOfARevocationPasses(t *testing.T) { freshlyRevoked(t, 20, 1000) }

// call is a request of a steady stream, and how it was answered.
type call struct {
	key          int
	began, ended time.Time
	status       int
}

// transition is the time in which the standing of one key changed: no sooner than from, and for certain by to.
type transition struct{ from, to time.Time }

// stream asks steadily, through all gateways, with the key whose turn it is, the one before and the one
// after.
type stream struct {
	bench
	perSecond float64
	keys      []string
	now       atomic.Int64

	mu    sync.Mutex
	calls []call
}

func (s *stream) run(ctx context.Context) load.Report {
	return load.Run(ctx, load.Rate{PerSecond: s.perSecond, MaxInFlight: 500}, func(ctx context.Context, n int) {
		key := min(max(0, int(s.now.Load())+n%3-1), len(s.keys)-1)
		c := call{key: key, began: time.Now()}
		answer, err := s.through(n/3).Do(ctx, http.MethodGet, "/v1/environment", s.keys[key], nil)
		c.ended, c.status = time.Now(), answer.Status
		if err != nil {
			c.status = 0
		}
		s.mu.Lock()
		defer s.mu.Unlock()
		s.calls = append(s.calls, c)
	})
}

// verify holds that every call was answered before its key's turn as before and after as after.
func (s *stream) verify(t *testing.T, turns []transition, before, after int) {
	t.Helper()
	var early, late int
	for _, c := range s.calls {
		switch {
		case c.ended.Before(turns[c.key].from):
			early++
			require.Equal(t, before, c.status, "a call that was answered before")
		case c.began.After(turns[c.key].to):
			late++
			require.Equal(t, after, c.status, "a call that began after")
		default:
			require.Contains(t, []int{before, after}, c.status)
		}
	}
	t.Logf("%d calls before, %d after, %d between", early, late, len(s.calls)-early-late)
	require.Greater(t, early, len(turns))
	require.Greater(t, late, len(turns))
}

// each has the stream running while every key gets its turn.
func (s *stream) each(t *testing.T, take func(n int) transition) []transition {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	var report load.Report
	var running sync.WaitGroup
	running.Go(func() { report = s.run(ctx) })
	var turns []transition
	for n := range s.keys {
		s.now.Store(int64(n))
		time.Sleep(100 * time.Millisecond)
		turns = append(turns, take(n))
		time.Sleep(100 * time.Millisecond)
	}
	cancel()
	running.Wait()
	t.Log(report)
	return turns
}

func freshlyActivated(t *testing.T, purchases int, perSecond float64) {
	t.Helper()
	b := setup(t)
	require.NoError(t, b.stripe.SetDelivery(t.Context(), control.Drop, 0)) // only what is sent below arrives
	defer func() { require.NoError(t, b.stripe.SetDelivery(t.Context(), control.Deliver, 0)) }()
	s := &stream{bench: b, perSecond: perSecond}
	accounts := make([]apiclient.Account, purchases)
	for n := range accounts {
		accounts[n] = b.account(t)
		s.keys = append(s.keys, b.liveKey(t, accounts[n]))
	}
	turns := s.each(t, func(n int) transition {
		checkout := b.checkout(t, accounts[n]) // the sweep leaves it alone for four seconds
		b.pay(t, checkout.URL, apiclient.CardPays, http.StatusSeeOther)
		event := b.paidEvent(t, checkout.ID)
		from := time.Now()
		statuses, err := b.stripe.Resend(t.Context(), event, 1)
		require.NoError(t, err)
		require.Equal(t, []int{http.StatusOK}, statuses)
		return transition{from: from, to: time.Now()}
	})
	s.verify(t, turns, http.StatusForbidden, http.StatusOK)
}

func freshlyRevoked(t *testing.T, revocations int, perSecond float64) {
	t.Helper()
	b := setup(t)
	const keysOfOne = 100 // an account may have 200
	s := &stream{bench: b, perSecond: perSecond}
	var owner apiclient.Account
	owners, ids := make([]apiclient.Account, revocations), make([]string, revocations)
	for n := range revocations {
		if n%keysOfOne == 0 {
			owner = b.account(t)
		}
		var key struct{ ID, Key string }
		require.NoError(t, b.do(t, http.StatusCreated, "POST", "/v1/account/keys", owner.AccountKey,
			map[string]string{"name": "k", "environment_id": owner.SandboxID}).Decode(&key))
		s.keys, owners[n], ids[n] = append(s.keys, key.Key), owner, key.ID
	}
	turns := s.each(t, func(n int) transition {
		from := time.Now()
		b.do(t, http.StatusNoContent, "DELETE", "/v1/account/keys/"+ids[n], owners[n].AccountKey, nil)
		return transition{from: from, to: time.Now()}
	})
	s.verify(t, turns, http.StatusOK, http.StatusUnauthorized)
}
