package dispatch_test

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/carrier"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/carrier/simulated"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/dispatch"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/fax"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/faxes"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/faxtest"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/intake"
	"github.com/mintfax/mintfax/shared/contract"
)

type fixture struct {
	*faxtest.Bench
	storage    faxtest.Storage
	submission *intake.Service
	line       *simulated.Calls
	dispatcher *dispatch.Dispatcher
}

func setup(t *testing.T) fixture {
	b, storage := faxtest.New(t), faxtest.NewStorage(t)
	f := fixture{Bench: b, storage: storage, submission: b.Submissions(t, storage), line: simulated.NewCalls(simulated.NewStore(b.DB))}
	f.dispatcher = f.with(simulated.NewSandbox(f.line), simulated.NewLoopback(f.line, storage.Store))
	return f
}

func (f fixture) with(carriers ...carrier.Carrier) *dispatch.Dispatcher {
	d := &dispatch.Dispatcher{
		Store: dispatch.NewStore(f.DB), Carriers: map[string]carrier.Carrier{}, Retries: retries(),
		Wake: func() {}, Metrics: dispatch.NewMetrics(prometheus.NewRegistry()),
		Accounts: dispatch.NewAccounts(prometheus.NewRegistry(), slog.New(slog.DiscardHandler)), Log: slog.New(slog.DiscardHandler),
	}
	for _, c := range carriers {
		d.Carriers[c.Name()] = c
	}
	return d
}

// retries wait a minute after whatever failure, and ask carriers that take no call for a quarter of an hour.
func retries() fax.Retries {
	minutely := fax.Policy{Waits: []time.Duration{time.Minute}, Growth: 1, Tries: 5, Within: time.Hour}
	away := fax.Policy{Waits: []time.Duration{time.Minute}, Growth: 1, Tries: 100, Within: 15 * time.Minute}
	return fax.Retries{Busy: minutely, NoAnswer: minutely, LineQuality: minutely, CallDropped: minutely, Timeout: minutely, CarrierAway: away}
}

// routes lead every number to the carriers, in this order.
func routes(t *testing.T, names ...string) carrier.Routes {
	t.Helper()
	parsed, err := carrier.ParseRoutes(strings.Join(names, ","), names)
	require.NoError(t, err)
	return parsed
}

func (f fixture) submit(t *testing.T, tenant contract.Tenant, to, attempts string) string {
	t.Helper()
	got, err := f.submission.Submit(t.Context(), contract.SubmitFaxRequest{
		Tenant: tenant, To: to, MaxAttempts: attempts, Files: []contract.StagedFile{f.storage.Upload(t, "Hello.")},
	})
	require.NoError(t, err)
	return got.Fax.ID
}

// later lets the time pass until all that is waited for is due, and takes the work there is then.
func (f fixture) later(t *testing.T) []contract.DispatchFaxWork {
	t.Helper()
	f.Exec(t, `UPDATE fax.faxes SET next_attempt_at = now() WHERE status = 'queued' AND next_attempt_at > now()`)
	f.Exec(t, `UPDATE fax.attempts SET ask_at = now() WHERE ask_at > now()`)
	_, err := dispatch.NewStore(f.DB).Due(t.Context(), 1000)
	require.NoError(t, err)
	return f.Work(t)
}

// finish does all the work there is, each piece twice.
func (f fixture) finish(t *testing.T) {
	t.Helper()
	for work := f.later(t); len(work) > 0; work = f.later(t) {
		for _, w := range work {
			require.NoError(t, f.dispatcher.Handle(t.Context(), "id", w))
			require.NoError(t, f.dispatcher.Handle(t.Context(), "id", w))
		}
	}
}

func (f fixture) fax(t *testing.T, tenant contract.Tenant, id string) contract.Fax {
	t.Helper()
	fax, err := faxes.New(faxes.NewStore(f.DB)).Get(t.Context(), contract.GetFaxRequest{Tenant: tenant, ID: id})
	require.NoError(t, err)
	return fax
}

func text(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

func codes(fax contract.Fax) []string {
	var all []string
	for _, a := range fax.Attempts {
		all = append(all, text(a.ErrorCode))
	}
	return all
}

func TestEverySandboxNumberEndsAsPromised(t *testing.T) {
	f := setup(t)
	sending := func(n int, end string) []string {
		events := []string{"fax.queued"}
		for range n {
			events = append(events, "fax.sending")
		}
		return append(events, end)
	}
	for _, c := range []struct {
		to, max  string
		status   contract.FaxStatus
		code     string
		attempts []string
		pages    int
	}{
		{"+15005550001", "", "delivered", "", []string{""}, 1},
		{"+15005550002", "", "failed", "busy", []string{"busy", "busy", "busy"}, 1},
		{"+15005550003", "2", "failed", "no_answer", []string{"no_answer", "no_answer"}, 1},
		{"+15005550004", "", "delivered", "", []string{"line_quality", ""}, 1},
		{"+15005550004", "1", "failed", "line_quality", []string{"line_quality"}, 1},
		{"+15005550005", "5", "failed", "line_quality", []string{"line_quality", "line_quality", "line_quality", "line_quality", "line_quality"}, 1},
		{"+15005550007", "", "delivered", "", []string{""}, 3},
		{"+15005550008", "", "failed", "invalid_number", []string{"invalid_number"}, 1},
		{"+12125551234", "", "delivered", "", []string{""}, 1},
		{"+999", "", "delivered", "", []string{""}, 1},
	} {
		id := f.submit(t, f.Sandbox, c.to, c.max)
		f.finish(t)
		fax := f.fax(t, f.Sandbox, id)
		require.Equal(t, c.status, fax.Status, c.to)
		require.Equal(t, c.code, text(fax.ErrorCode), c.to)
		require.Equal(t, c.code == "", fax.ErrorMessage == nil && fax.ErrorSubcode == nil, c.to)
		require.Equal(t, c.attempts, codes(fax), c.to)
		require.Equal(t, c.pages, fax.Pages, c.to)
		require.NotNil(t, fax.SubmittedAt)
		require.NotNil(t, fax.CompletedAt)
		require.Equal(t, sending(len(c.attempts), "fax."+string(c.status)), f.Events(t, id), c.to)
		require.Equal(t, len(c.attempts), f.Count(t, "fax.loopback_calls", "fax_id = ?", id), "a call for each attempt")
		for i, a := range fax.Attempts {
			require.Equal(t, i+1, a.AttemptNumber)
			require.NotNil(t, a.CompletedAt)
			require.NotNil(t, a.DurationMS)
			require.Equal(t, text(a.ErrorCode) == "", a.ErrorMessage == nil)
		}
	}
}

func TestTheLoopbackCarrierReadsTheDocumentsItDelivers(t *testing.T) {
	f := setup(t)
	f.submission.Wallet.Hold = func(context.Context, contract.PlaceHoldRequest) (contract.Hold, error) { return contract.Hold{}, nil }
	good := f.submit(t, f.Live, "+12125551234", "")
	busy := f.submit(t, f.Live, "+12125550102", "2")
	f.finish(t)
	require.Equal(t, contract.FaxStatusDelivered, f.fax(t, f.Live, good).Status)
	require.Equal(t, []string{"busy", "busy"}, codes(f.fax(t, f.Live, busy)))

	lost := f.submit(t, f.Live, "+12125551234", "")
	f.Exec(t, `UPDATE fax.documents SET wrapped_key = 'nonsense' WHERE fax_id = ?`, lost)
	f.finish(t)
	require.Equal(t, []string{"document_error"}, codes(f.fax(t, f.Live, lost)))
}

// scripted is a carrier that does what a test says, around the real sandbox carrier.
type scripted struct {
	simulated.Sandbox
	failBefore, failAfter bool
	unknown, running      bool
	sent                  *int
}

var errCrash = errors.New("the process stopped here")

func (s scripted) Send(ctx context.Context, call carrier.Call) (carrier.Report, error) {
	if s.failBefore {
		return carrier.Report{}, errCrash
	}
	*s.sent++
	result, err := s.Sandbox.Send(ctx, call)
	if s.failAfter {
		return carrier.Report{}, errors.Join(err, errCrash)
	}
	return result, err
}

func (s scripted) Lookup(ctx context.Context, placed carrier.Placed) (carrier.Report, error) {
	switch {
	case s.unknown:
		return carrier.Report{}, nil
	case s.running:
		return carrier.Report{Knowledge: carrier.Running}, nil
	default:
		return s.Sandbox.Lookup(ctx, placed)
	}
}

// crashed submits a fax and has its first attempt break off.
func (f fixture) crashed(t *testing.T, c scripted) (id string, work contract.DispatchFaxWork) {
	t.Helper()
	id = f.submit(t, f.Sandbox, "+15005550001", "")
	work = f.Work(t)[0]
	require.NoError(t, f.with(c).Handle(t.Context(), "id", work))
	return id, work
}

func TestAfterACrashTheCarrierIsAskedAndNothingIsSentTwice(t *testing.T) {
	f := setup(t)
	sent := 0
	id, work := f.crashed(t, scripted{Sandbox: simulated.NewSandbox(f.line), failAfter: true, sent: &sent})
	require.Equal(t, contract.FaxStatusInProgress, f.fax(t, f.Sandbox, id).Status)
	time.Sleep(50 * time.Millisecond) // the call goes on without us, and ends
	require.NoError(t, f.with(scripted{Sandbox: simulated.NewSandbox(f.line), sent: &sent}).Handle(t.Context(), "id", work))
	require.Equal(t, contract.FaxStatusDelivered, f.fax(t, f.Sandbox, id).Status)
	require.Equal(t, 1, sent)
	require.Equal(t, 1, f.Count(t, "fax.loopback_calls", "fax_id = ?", id))
	require.Equal(t, []string{"fax.queued", "fax.sending", "fax.delivered"}, f.Events(t, id))
}

func TestAnAttemptThatWasNeverPlacedIsPlaced(t *testing.T) {
	f := setup(t)
	id, work := f.crashed(t, scripted{Sandbox: simulated.NewSandbox(f.line), failBefore: true})
	require.NoError(t, f.dispatcher.Handle(t.Context(), "id", work))
	require.Equal(t, contract.FaxStatusDelivered, f.fax(t, f.Sandbox, id).Status)
	require.Len(t, f.fax(t, f.Sandbox, id).Attempts, 1)
}

func TestAnUnknownOutcomeIsNeverSentAgain(t *testing.T) {
	f := setup(t)
	sent := 0
	id, work := f.crashed(t, scripted{Sandbox: simulated.NewSandbox(f.line), failAfter: true, sent: &sent})
	require.NoError(t, f.with(scripted{unknown: true, sent: &sent}).Handle(t.Context(), "id", work))
	fax := f.fax(t, f.Sandbox, id)
	require.Equal(t, contract.FaxStatusFailed, fax.Status)
	require.Equal(t, []string{"unknown_outcome"}, codes(fax))
	require.Equal(t, 1, sent)
	require.Empty(t, f.Work(t))
}

func TestARunningCallIsAskedAboutLater(t *testing.T) {
	f := setup(t)
	sent := 0
	id, work := f.crashed(t, scripted{Sandbox: simulated.NewSandbox(f.line), failAfter: true, sent: &sent})
	require.NoError(t, f.with(scripted{running: true}).Handle(t.Context(), "id", work))
	require.Equal(t, contract.FaxStatusInProgress, f.fax(t, f.Sandbox, id).Status)
	require.Empty(t, f.Work(t))
	require.Equal(t, []contract.DispatchFaxWork{work}, f.later(t))
}

func TestACarrierThatIsNoLongerThere(t *testing.T) {
	f := setup(t)
	id := f.submit(t, f.Sandbox, "+15005550001", "")
	require.NoError(t, f.with().Handle(t.Context(), "id", f.Work(t)[0]))
	require.Equal(t, []string{"no_route"}, codes(f.fax(t, f.Sandbox, id)), "nothing was placed")
	id, work := f.crashed(t, scripted{Sandbox: simulated.NewSandbox(f.line), failBefore: true})
	require.NoError(t, f.with().Handle(t.Context(), "id", work))
	require.Equal(t, []string{"unknown_outcome"}, codes(f.fax(t, f.Sandbox, id)), "nobody can be asked")
}

func TestTheSameWorkAtOnceIsOneAttempt(t *testing.T) {
	f := setup(t)
	id := f.submit(t, f.Sandbox, "+15005550001", "")
	work := f.Work(t)[0]
	var running sync.WaitGroup
	for range 10 {
		running.Go(func() { require.NoError(t, f.dispatcher.Handle(t.Context(), "id", work)) })
	}
	running.Wait()
	f.finish(t)
	require.Len(t, f.fax(t, f.Sandbox, id).Attempts, 1)
	require.Equal(t, 1, f.Count(t, "fax.loopback_calls", "fax_id = ?", id))
	require.Equal(t, []string{"fax.queued", "fax.sending", "fax.delivered"}, f.Events(t, id))
}

func TestWorkThatIsNotDueDoesNothing(t *testing.T) {
	f := setup(t)
	id := f.submit(t, f.Sandbox, "+15005550001", "")
	for _, work := range []contract.DispatchFaxWork{
		{FaxID: id, AttemptNumber: 2}, {FaxID: id, AttemptNumber: 0}, {FaxID: id, AttemptNumber: -1}, {FaxID: "fax_unknown", AttemptNumber: 1},
	} {
		require.NoError(t, f.dispatcher.Handle(t.Context(), "id", work))
	}
	require.Equal(t, contract.FaxStatusQueued, f.fax(t, f.Sandbox, id).Status)
	require.Empty(t, f.fax(t, f.Sandbox, id).Attempts)
}

// remote is a carrier whose calls run on their own.
type remote struct {
	name     string
	placed   map[string]int // by attempt
	refuses  bool           // takes no call, and says so
	silent   bool           // takes calls, and does not say so
	absent   bool           // says of any attempt that it was never placed
	refusal  error          // what it says to every call
	finished *carrier.Report
	asked    carrier.Placed // about whom last
}

func (r *remote) Name() string { return r.name }

func (r *remote) Send(_ context.Context, call carrier.Call) (carrier.Report, error) {
	if r.refusal != nil {
		return carrier.Report{}, r.refusal
	}
	if r.refuses {
		return carrier.Report{}, carrier.ErrNotPlaced
	}
	r.placed[call.AttemptID]++
	if r.silent {
		return carrier.Report{}, errCrash
	}
	return carrier.Report{Knowledge: carrier.Running, Ref: "ref-" + call.AttemptID}, nil
}

func (r *remote) Lookup(_ context.Context, placed carrier.Placed) (carrier.Report, error) {
	r.asked = placed
	switch {
	case r.absent:
		return carrier.Report{Knowledge: carrier.NeverPlaced}, nil
	case r.finished != nil:
		return *r.finished, nil
	default:
		return carrier.Report{Knowledge: carrier.Running, Ref: "ref-" + placed.AttemptID}, nil
	}
}

// live submits a live fax by the first of the carriers, and returns a dispatcher that knows them in their order.
func (f fixture) live(t *testing.T, to string, carriers ...*remote) (string, *dispatch.Dispatcher) {
	t.Helper()
	f.submission.Wallet.Hold = func(context.Context, contract.PlaceHoldRequest) (contract.Hold, error) { return contract.Hold{}, nil }
	var names []string
	var known []carrier.Carrier
	for _, c := range carriers {
		c.placed = map[string]int{}
		names, known = append(names, c.name), append(known, c)
	}
	f.submission.Routes = routes(t, names...)
	d := f.with(known...)
	d.Routes = f.submission.Routes
	return f.submit(t, f.Live, to, ""), d
}

func (f fixture) attemptID(t *testing.T, faxID string) (id string) {
	t.Helper()
	f.Scan(t, &id, `SELECT id FROM fax.attempts WHERE fax_id = ? ORDER BY number DESC LIMIT 1`, faxID)
	return id
}

func TestACallThatRunsEndsWhenItsCarrierTellsAndOnlyOnce(t *testing.T) {
	f := setup(t)
	r := &remote{name: "one"}
	id, d := f.live(t, "+12125551234", r)
	work := f.Work(t)[0]
	require.NoError(t, d.Handle(t.Context(), "id", work))
	require.Equal(t, contract.FaxStatusInProgress, f.fax(t, f.Live, id).Status)
	require.Equal(t, []contract.DispatchFaxWork{work}, f.later(t), "it is asked about later")
	attempt := f.attemptID(t, id)
	busy := carrier.End(fax.Failed(fax.InvalidNumber, "no"))
	for name, told := range map[string]struct {
		by     string
		report carrier.Report
	}{
		"not an end":      {"one", carrier.Report{Knowledge: carrier.Running}},
		"another carrier": {"two", busy},
		"another call":    {"one", carrier.Report{Knowledge: carrier.Ended, Outcome: busy.Outcome, Ref: "ref-other"}},
	} {
		require.NoError(t, d.Report(t.Context(), told.by, attempt, told.report), name)
		require.Equal(t, contract.FaxStatusInProgress, f.fax(t, f.Live, id).Status, name)
	}
	require.NoError(t, d.Report(t.Context(), "one", attempt, carrier.Report{Knowledge: carrier.Ended, Ref: "ref-" + attempt}))
	require.Equal(t, contract.FaxStatusDelivered, f.fax(t, f.Live, id).Status)
	require.NoError(t, d.Report(t.Context(), "one", attempt, busy), "a late word")
	require.NoError(t, d.Handle(t.Context(), "id", work))
	require.Equal(t, contract.FaxStatusDelivered, f.fax(t, f.Live, id).Status)
	require.Equal(t, []string{"fax.queued", "fax.sending", "fax.delivered"}, f.Events(t, id))
	require.Equal(t, 1, r.placed[attempt])
}

func TestAnotherCarrierIsAskedOnlyWhenTheFirstCertainlyDidNotSend(t *testing.T) {
	f := setup(t)
	first, second := &remote{name: "one", refuses: true}, &remote{name: "two"}
	id, d := f.live(t, "+12125551234", first, second)
	require.NoError(t, d.Handle(t.Context(), "id", f.Work(t)[0]))
	require.Equal(t, 1, second.placed[f.attemptID(t, id)])
	require.Len(t, f.fax(t, f.Live, id).Attempts, 1, "it is the same attempt")

	first, second = &remote{name: "one", silent: true}, &remote{name: "two"}
	id, d = f.live(t, "+12125551235", first, second)
	f.Exec(t, `DELETE FROM fax.outbox WHERE kind = 'work' AND body->>'fax_id' <> ?`, id)
	work := f.Work(t)[0]
	require.NoError(t, d.Handle(t.Context(), "id", work))
	require.NoError(t, d.Handle(t.Context(), "id", work))
	require.Empty(t, second.placed, "nobody knows whether the first has sent it")
	require.Equal(t, 1, first.placed[f.attemptID(t, id)])

	first.silent, first.absent = false, true
	require.NoError(t, d.Handle(t.Context(), "id", work))
	require.Empty(t, second.placed)
	require.Equal(t, 2, first.placed[f.attemptID(t, id)], "the first has certainly not: it is asked again")
}

func TestACallThatIsNeverPlacedIsGivenUpAfterAWhile(t *testing.T) {
	f := setup(t)
	r := &remote{name: "one", silent: true}
	id, d := f.live(t, "+12125551234", r)
	work := f.Work(t)[0]
	require.NoError(t, d.Handle(t.Context(), "id", work))
	r.absent = true
	require.NoError(t, d.Handle(t.Context(), "id", work), "it is placed once more")
	f.Exec(t, `UPDATE fax.attempts SET started_at = now() - interval '16 minutes'`)
	require.NoError(t, d.Handle(t.Context(), "id", work))
	require.Equal(t, []string{"no_route"}, codes(f.fax(t, f.Live, id)))
}

func TestACarrierIsAskedWithAllThatIsKnownOfTheCall(t *testing.T) {
	f := setup(t)
	r := &remote{name: "one"}
	id, d := f.live(t, "+12125551234", r)
	work := f.Work(t)[0]
	require.NoError(t, d.Handle(t.Context(), "id", work))
	require.NoError(t, d.Handle(t.Context(), "id", work))
	attempt := f.attemptID(t, id)
	var size int64
	f.Scan(t, &size, `SELECT size FROM fax.documents WHERE fax_id = ?`, id)
	require.WithinDuration(t, time.Now(), r.asked.At, time.Minute)
	require.Equal(t, carrier.Placed{AttemptID: attempt, Ref: "ref-" + attempt, To: "+12125551234", At: r.asked.At, Size: size}, r.asked)
}

func TestACarrierThatDoesNotAnswerIsAskedLaterAndGivenUpAtLast(t *testing.T) {
	f := setup(t)
	r := &remote{name: "one", silent: true}
	id, d := f.live(t, "+12125551234", r)
	work := f.Work(t)[0]
	require.NoError(t, d.Handle(t.Context(), "id", work))
	require.Equal(t, contract.FaxStatusInProgress, f.fax(t, f.Live, id).Status)
	require.Empty(t, f.Work(t), "the work does not come again by itself")
	require.Equal(t, []contract.DispatchFaxWork{work}, f.later(t))
	f.Exec(t, `UPDATE fax.attempts SET started_at = now() - interval '7 hours', placed_at = NULL`)
	require.NoError(t, d.Handle(t.Context(), "id", work))
	require.Equal(t, []string{"unknown_outcome"}, codes(f.fax(t, f.Live, id)))
}

func TestACallWithoutAnEndIsGivenUpAndNotSentAgain(t *testing.T) {
	f := setup(t)
	r := &remote{name: "one"}
	id, d := f.live(t, "+12125551234", r)
	work := f.Work(t)[0]
	require.NoError(t, d.Handle(t.Context(), "id", work))
	f.Exec(t, `UPDATE fax.attempts SET started_at = now() - interval '7 hours'`)
	require.NoError(t, d.Handle(t.Context(), "id", work))
	require.Equal(t, []string{"unknown_outcome"}, codes(f.fax(t, f.Live, id)))
}
