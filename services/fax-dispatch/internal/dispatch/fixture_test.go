package dispatch_test

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/carrier"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/carrier/simulated"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/dispatch"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/fax"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/faxtest"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/intake"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/query"
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

// retries wait a minute after any failure, and offer an attempt to carriers that accept no call for a quarter of an hour.
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

// due looks once for what is due and returns the work that was given.
func (f fixture) due(t *testing.T) []contract.DispatchFaxWork {
	t.Helper()
	_, err := dispatch.NewStore(f.DB).Due(t.Context(), 100)
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
	fax, err := query.New(query.NewStore(f.DB)).Get(t.Context(), contract.GetFaxRequest{Tenant: tenant, ID: id})
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
	return carrier.Report{Knowledge: carrier.Running, Ref: r.ref(call.AttemptID)}, nil
}

func (r *remote) Lookup(_ context.Context, placed carrier.Placed) (carrier.Report, error) {
	r.asked = placed
	switch {
	case r.absent:
		return carrier.Report{Knowledge: carrier.NeverPlaced}, nil
	case r.finished != nil:
		return *r.finished, nil
	default:
		return carrier.Report{Knowledge: carrier.Running, Ref: r.ref(placed.AttemptID)}, nil
	}
}

// ref names the latest call of an attempt.
func (r *remote) ref(attemptID string) string {
	if n := r.placed[attemptID]; n > 1 {
		return fmt.Sprintf("ref-%s-%d", attemptID, n)
	}
	return "ref-" + attemptID
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
