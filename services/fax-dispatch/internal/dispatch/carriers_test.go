package dispatch_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/carrier"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/fax"
	"github.com/mintfax/mintfax/shared/contract"
)

func TestARunningCallEndsWhenItsCarrierReportsAndOnlyOnce(t *testing.T) {
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

func TestTheNextCarrierIsOfferedOnlyWhatWasCertainlyNotPlaced(t *testing.T) {
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

func TestACallThatIsNeverPlacedEndsAsNoRoute(t *testing.T) {
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

func TestLookupGetsAllThatIsKnownOfTheCall(t *testing.T) {
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

func TestACarrierThatDoesNotAnswerIsAskedLaterUntilTheLimit(t *testing.T) {
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

func TestACallWithoutAnEndEndsAsUnknownAndIsNotSentAgain(t *testing.T) {
	f := setup(t)
	r := &remote{name: "one"}
	id, d := f.live(t, "+12125551234", r)
	work := f.Work(t)[0]
	require.NoError(t, d.Handle(t.Context(), "id", work))
	f.Exec(t, `UPDATE fax.attempts SET started_at = now() - interval '7 hours'`)
	require.NoError(t, d.Handle(t.Context(), "id", work))
	require.Equal(t, []string{"unknown_outcome"}, codes(f.fax(t, f.Live, id)))
}
