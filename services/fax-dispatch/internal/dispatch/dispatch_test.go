package dispatch_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/carrier"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/carrier/simulated"
	"github.com/mintfax/mintfax/shared/contract"
)

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

func TestACarrierThatIsNoLongerConfigured(t *testing.T) {
	f := setup(t)
	id := f.submit(t, f.Sandbox, "+15005550001", "")
	require.NoError(t, f.with().Handle(t.Context(), "id", f.Work(t)[0]))
	require.Equal(t, []string{"no_route"}, codes(f.fax(t, f.Sandbox, id)), "nothing was placed")
	id, work := f.crashed(t, scripted{Sandbox: simulated.NewSandbox(f.line), failBefore: true})
	require.NoError(t, f.with().Handle(t.Context(), "id", work))
	require.Equal(t, []string{"unknown_outcome"}, codes(f.fax(t, f.Sandbox, id)), "nobody can be asked")
}

func TestConcurrentWorkIsOneAttempt(t *testing.T) {
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
