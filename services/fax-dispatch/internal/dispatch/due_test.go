package dispatch_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/carrier"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/carrier/simulated"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/dispatch"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/fax"
	"github.com/mintfax/mintfax/shared/contract"
)

// Every class waits as its policy says, by the database's clock: no class is sooner, and none later than its jitter.
func TestEachClassOfFailureIsRetriedAfterItsOwnWait(t *testing.T) {
	f := setup(t)
	policy := func(waits ...time.Duration) fax.Policy {
		return fax.Policy{Waits: waits, Growth: 1, Tries: 5, Within: 4 * time.Hour}
	}
	r := &remote{name: "one"}
	number := 0
	for code, p := range map[fax.Code]fax.Policy{
		fax.Busy:        policy(3*time.Minute, 5*time.Minute, 10*time.Minute),
		fax.NoAnswer:    policy(5*time.Minute, 15*time.Minute),
		fax.LineQuality: policy(time.Minute, 3*time.Minute),
		fax.CallDropped: policy(1*time.Minute, 3*time.Minute),
		fax.Timeout:     policy(6*time.Minute, 20*time.Minute),
	} {
		number++
		id, d := f.live(t, "+121255512"+string(rune('0'+number))+"0", r)
		d.Retries = fax.Retries{Busy: policy(9), NoAnswer: policy(9), LineQuality: policy(9), CallDropped: policy(9), Timeout: policy(9)}
		switch code {
		case fax.Busy:
			d.Retries.Busy = p
		case fax.NoAnswer:
			d.Retries.NoAnswer = p
		case fax.LineQuality:
			d.Retries.LineQuality = p
		case fax.CallDropped:
			d.Retries.CallDropped = p
		default:
			d.Retries.Timeout = p
		}
		f.Exec(t, `UPDATE fax.faxes SET max_attempts = 5 WHERE id = ?`, id)
		require.NoError(t, d.Handle(t.Context(), "id", f.Work(t)[0]))
		for n := 1; n <= 4; n++ {
			require.NoError(t, d.Report(t.Context(), "one", f.attemptID(t, id), carrier.End(fax.Failed(code, "word"))))
			want := p.Waits[min(n, len(p.Waits))-1]
			f.requireRetried(t, d, id, n, want)
		}
	}
}

// requireRetried holds the try after number n of a fax to its wait, and makes it.
func (f fixture) requireRetried(t *testing.T, d *dispatch.Dispatcher, id string, n int, want time.Duration) {
	t.Helper()
	var waits float64
	f.Scan(t, &waits, `SELECT extract(epoch FROM f.next_attempt_at - a.completed_at) FROM fax.faxes f JOIN fax.attempts a ON a.fax_id = f.id
		WHERE f.id = ? AND a.number = ?`, id, n)
	require.GreaterOrEqual(t, waits, want.Seconds())
	require.LessOrEqual(t, waits, want.Seconds()*1.2)
	fax := f.fax(t, f.Live, id)
	require.Equal(t, contract.FaxStatusQueued, fax.Status)
	require.WithinDuration(t, fax.Attempts[n-1].CompletedAt.Add(want), *fax.NextAttemptAt, want/5+time.Millisecond)

	next := contract.DispatchFaxWork{FaxID: id, AttemptNumber: n + 1}
	f.Exec(t, `UPDATE fax.faxes SET next_attempt_at = now() + interval '1 s' WHERE id = ?`, id)
	require.Empty(t, f.due(t), "it is a second too early")
	require.NoError(t, d.Handle(t.Context(), "id", next))
	require.Len(t, f.fax(t, f.Live, id).Attempts, n, "nor is it made when somebody asks")
	f.Exec(t, `UPDATE fax.faxes SET next_attempt_at = now() WHERE id = ?`, id)
	require.Equal(t, []contract.DispatchFaxWork{next}, f.due(t))
	require.Empty(t, f.due(t), "given once")
	require.NoError(t, d.Handle(t.Context(), "id", next))
	require.Nil(t, f.fax(t, f.Live, id).NextAttemptAt, "none is due")
}

func TestARetryComesWhenItIsDueAndNotBefore(t *testing.T) {
	f := setup(t)
	id := f.submit(t, f.Sandbox, "+15005550004", "")
	require.NoError(t, f.dispatcher.Handle(t.Context(), "id", f.Work(t)[0]))
	for len(f.due(t)) == 0 {
		time.Sleep(10 * time.Millisecond)
	}
	var late float64
	f.Scan(t, &late, `SELECT extract(epoch FROM f.given_at - a.completed_at) FROM fax.faxes f JOIN fax.attempts a ON a.fax_id = f.id WHERE f.id = ?`, id)
	require.GreaterOrEqual(t, late, 1.0)
}

func TestSeveralProcessesEnqueueDueWorkOnce(t *testing.T) {
	f := setup(t)
	for range 20 {
		f.submit(t, f.Sandbox, "+15005550001", "")
	}
	f.Work(t)
	f.Exec(t, `UPDATE fax.faxes SET given_at = NULL`)
	given := make(chan int)
	for range 4 {
		go func() {
			n, _ := dispatch.NewStore(f.DB).Due(t.Context(), 3)
			given <- n
		}()
	}
	first := <-given + <-given + <-given + <-given
	rest, err := dispatch.NewStore(f.DB).Due(t.Context(), 100)
	require.NoError(t, err)
	require.Equal(t, 20, first+rest)
	require.Len(t, f.Work(t), 20)
}

func TestACallThatNoCarrierTakesIsOfferedAgainUntilTheLimit(t *testing.T) {
	f := setup(t)
	r := &remote{name: "one", refuses: true}
	id, d := f.live(t, "+12125551234", r)
	d.Retries.CarrierAway = fax.Policy{Waits: []time.Duration{30 * time.Second}, Growth: 2, Tries: 12, Within: time.Hour}
	work := f.Work(t)[0]
	for _, want := range []time.Duration{30 * time.Second, time.Minute, 2 * time.Minute} {
		require.NoError(t, d.Handle(t.Context(), "id", work))
		require.Empty(t, f.due(t))
		fax := f.fax(t, f.Live, id)
		require.Equal(t, contract.FaxStatusInProgress, fax.Status)
		require.Len(t, fax.Attempts, 1, "it is the same attempt")
		require.WithinDuration(t, time.Now().Add(want), *fax.NextAttemptAt, want/5+5*time.Second)
		require.Equal(t, []contract.DispatchFaxWork{work}, f.later(t))
	}
	r.refuses = false
	require.NoError(t, d.Handle(t.Context(), "id", work))
	require.Nil(t, f.fax(t, f.Live, id).NextAttemptAt)
	require.NoError(t, d.Report(t.Context(), "one", f.attemptID(t, id), carrier.End(fax.Outcome{})))
	require.Equal(t, contract.FaxStatusDelivered, f.fax(t, f.Live, id).Status)

	r = &remote{name: "one", refuses: true}
	id, d = f.live(t, "+12125551235", r)
	require.NoError(t, d.Handle(t.Context(), "id", f.Work(t)[0]))
	f.Exec(t, `UPDATE fax.attempts SET started_at = now() - interval '16 minutes' WHERE fax_id = ?`, id)
	require.NoError(t, d.Handle(t.Context(), "id", f.later(t)[0]))
	require.Equal(t, []string{"no_route"}, codes(f.fax(t, f.Live, id)))
}

func TestTheWatchdogFindsLostWork(t *testing.T) {
	f := setup(t)
	store := dispatch.NewStore(f.DB)
	open, openWork := f.crashed(t, scripted{Sandbox: simulated.NewSandbox(f.line), failBefore: true})
	waiting := f.submit(t, f.Sandbox, "+15005550001", "")
	waitingWork := f.Work(t)[0]
	require.Equal(t, []contract.DispatchFaxWork{openWork}, f.later(t), "and it is lost")

	given, err := store.Watch(t.Context(), time.Minute, 10)
	require.NoError(t, err)
	require.Zero(t, given, "nothing is old enough")
	f.Exec(t, `UPDATE fax.attempts SET given_at = given_at - interval '2 minutes'`)
	f.Exec(t, `UPDATE fax.faxes SET given_at = given_at - interval '2 minutes'`)
	given, err = store.Watch(t.Context(), time.Minute, 10)
	require.NoError(t, err)
	require.Equal(t, 2, given)
	given, err = store.Watch(t.Context(), time.Minute, 10)
	require.NoError(t, err)
	require.Zero(t, given, "given once, and not at every look")

	work := f.Work(t)
	require.ElementsMatch(t, []contract.DispatchFaxWork{openWork, waitingWork}, work)
	for _, w := range work {
		require.NoError(t, f.dispatcher.Handle(t.Context(), "id", w))
	}
	require.Equal(t, contract.FaxStatusDelivered, f.fax(t, f.Sandbox, open).Status)
	require.Equal(t, contract.FaxStatusDelivered, f.fax(t, f.Sandbox, waiting).Status)
}
