package dispatch_test

import (
	"context"
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/carrier"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/dispatch"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/fax"
	"github.com/mintfax/mintfax/shared/bus"
	"github.com/mintfax/mintfax/shared/bus/bustest"
	"github.com/mintfax/mintfax/shared/contract"
	"github.com/mintfax/mintfax/shared/outbox"
)

const callTime = 200 * time.Millisecond

// counting is a carrier that takes its time and remembers in which order it was asked, with what reaches the dispatchers.
type counting struct {
	mu       sync.Mutex
	order    []string       // faxes
	messages map[string]int // by fax
	at, most int            // calls at once
}

func (*counting) Name() string { return "counting" }

func (c *counting) Send(_ context.Context, call carrier.Call) (carrier.Report, error) {
	c.mu.Lock()
	c.order = append(c.order, call.FaxID)
	c.at++
	c.most = max(c.most, c.at)
	c.mu.Unlock()
	time.Sleep(callTime)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at--
	return carrier.End(fax.Outcome{}), nil
}

func (*counting) Lookup(context.Context, carrier.Placed) (carrier.Report, error) {
	return carrier.Report{Knowledge: carrier.Running}, nil
}

// dispatching runs a process that dispatches, on the broker at the address, with a watchdog that has no patience.
func (f fixture) dispatching(t *testing.T, at string, c *counting) {
	t.Helper()
	conn := bustest.Dial(t, at)
	publisher, err := bus.NewPublisher(conn)
	require.NoError(t, err)
	relay := outbox.NewRelay(f.DB, "fax", publisher, slog.New(slog.DiscardHandler), prometheus.NewRegistry())
	bustest.Serve(t, relay.Run)
	d := f.with(c)
	d.Wake = relay.Wake
	consumer := bus.NewConsumer(conn, bus.WorkFaxDispatch, 16)
	bus.OnWork(consumer, contract.DispatchFax, func(ctx context.Context, id string, work contract.DispatchFaxWork) error {
		c.mu.Lock()
		c.messages[work.FaxID]++
		c.mu.Unlock()
		return d.Handle(ctx, id, work)
	})
	bustest.Serve(t, consumer.Run)
	bustest.Serve(t, func(ctx context.Context) error {
		for ctx.Err() == nil {
			_, _ = d.Store.Due(ctx, 100)
			_, _ = d.Store.Watch(ctx, 2*time.Second, 100)
			time.Sleep(250 * time.Millisecond)
		}
		return nil
	})
}

// Whoever waits for a busy number is a row: there are no copies of its work, and no one overtakes it.
func TestFaxesToOneNumberAreSentInTurnWithoutDuplicateWork(t *testing.T) {
	f := setup(t)
	f.submission.Wallet.Hold = func(context.Context, contract.PlaceHoldRequest) (contract.Hold, error) { return contract.Hold{}, nil }
	f.submission.Routes = routes(t, "counting")
	f.submission.Limits.DestinationPerHour = faxesToOneNumber
	c := &counting{messages: map[string]int{}}
	at := bustest.VHost(t)
	for range 2 {
		f.dispatching(t, at, c)
	}
	var submitted []string
	began := time.Now()
	for range faxesToOneNumber {
		submitted = append(submitted, f.submit(t, f.Live, "+12125551234", ""))
	}
	require.Eventually(t, func() bool { return f.Count(t, "fax.faxes", "status = 'delivered'") == faxesToOneNumber },
		faxesToOneNumber*callTime*3+time.Minute, 100*time.Millisecond)
	took := time.Since(began)

	c.mu.Lock()
	defer c.mu.Unlock()
	require.Equal(t, submitted, c.order, "each once, and who has waited longest goes first")
	require.Equal(t, 1, c.most, "one at a time")
	total, most := 0, 0
	for _, messages := range c.messages {
		total, most = total+messages, max(most, messages)
	}
	require.LessOrEqual(t, most, 3, "messages of a fax")
	t.Logf("%d faxes in %s, %d messages, at most %d of a fax", faxesToOneNumber, took.Round(time.Millisecond), total, most)
}

func TestOneFaxAtATimeGoesToANumber(t *testing.T) {
	f := setup(t)
	r := &remote{name: "one"}
	first, d := f.live(t, "+12125551234", r)
	second := f.submit(t, f.Live, "+12125551234", "")
	var wg sync.WaitGroup
	for _, work := range f.Work(t) {
		wg.Go(func() { require.NoError(t, d.Handle(t.Context(), "id", work)) })
	}
	wg.Wait()
	require.Equal(t, contract.FaxStatusInProgress, f.fax(t, f.Live, first).Status, "it has waited longer")
	require.Equal(t, contract.FaxStatusQueued, f.fax(t, f.Live, second).Status)
	require.Empty(t, f.due(t), "who waits is woken, and no message until then")
	require.NoError(t, d.Report(t.Context(), "one", f.attemptID(t, first), carrier.End(fax.Outcome{})))
	work := f.Work(t)
	require.Equal(t, []contract.DispatchFaxWork{{FaxID: second, AttemptNumber: 1}}, work)
	require.NoError(t, d.Handle(t.Context(), "id", work[0]))
	require.Equal(t, contract.FaxStatusInProgress, f.fax(t, f.Live, second).Status)
}

func TestTheFaxThatBecameDueFirstIsSentFirst(t *testing.T) {
	f := setup(t)
	r := &remote{name: "one"}
	first, d := f.live(t, "+12125551234", r)
	require.NoError(t, d.Handle(t.Context(), "id", f.Work(t)[0]))
	late := f.submit(t, f.Live, "+12125551234", "")
	require.NoError(t, d.Handle(t.Context(), "id", f.Work(t)[0]))
	require.NoError(t, d.Report(t.Context(), "one", f.attemptID(t, first), carrier.End(fax.Failed(fax.Busy, "user_busy"))))
	woken := f.Work(t)
	require.Equal(t, []contract.DispatchFaxWork{{FaxID: late, AttemptNumber: 1}}, woken, "the first is not due again yet")

	f.Exec(t, `UPDATE fax.faxes SET next_attempt_at = (SELECT next_attempt_at FROM fax.faxes WHERE id = ?) - interval '1 s' WHERE id = ?`, late, first)
	require.NoError(t, d.Handle(t.Context(), "id", woken[0]))
	require.Equal(t, contract.FaxStatusQueued, f.fax(t, f.Live, late).Status, "the first one has been due for longer")
	require.NoError(t, d.Handle(t.Context(), "id", f.due(t)[0]))
	require.Equal(t, contract.FaxStatusInProgress, f.fax(t, f.Live, first).Status)
}

func TestCancelingAFaxDispatchesTheNextToItsNumber(t *testing.T) {
	f := setup(t)
	r := &remote{name: "one"}
	first, d := f.live(t, "+12125551234", r)
	second := f.submit(t, f.Live, "+12125551234", "")
	work := f.Work(t)
	require.NoError(t, d.Handle(t.Context(), "id", work[1]))
	require.Equal(t, contract.FaxStatusQueued, f.fax(t, f.Live, second).Status)
	canceling := dispatch.NewCanceler(dispatch.NewStore(f.DB), func(context.Context, contract.GetFaxRequest) (contract.Fax, error) {
		return contract.Fax{Status: contract.FaxStatusCanceled}, nil
	}, func() {})
	_, err := canceling.Cancel(t.Context(), contract.GetFaxRequest{Tenant: f.Live, ID: first})
	require.NoError(t, err)
	require.Equal(t, work[1:], f.Work(t))
}

func TestTheWatchdogFindsAMissedDispatchAndLeavesWaitingFaxesAlone(t *testing.T) {
	f := setup(t)
	r := &remote{name: "one"}
	first, d := f.live(t, "+12125551234", r)
	for range 3 {
		f.submit(t, f.Live, "+12125551234", "")
	}
	work := f.Work(t)
	for _, w := range work {
		require.NoError(t, d.Handle(t.Context(), "id", w))
	}
	watch := func() []contract.DispatchFaxWork {
		f.Exec(t, `UPDATE fax.faxes SET given_at = given_at - interval '1 hour'`)
		_, err := dispatch.NewStore(f.DB).Watch(t.Context(), time.Minute, 10)
		require.NoError(t, err)
		return f.Work(t)
	}
	require.Empty(t, watch(), "all wait for their turn")
	require.NoError(t, d.Report(t.Context(), "one", f.attemptID(t, first), carrier.End(fax.Outcome{})))
	require.Equal(t, work[1:2], f.Work(t), "and this one is lost")
	require.Equal(t, work[1:2], watch(), "who has waited longest, and nobody else")
}
