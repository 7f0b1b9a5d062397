package dispatch_test

import (
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/carrier"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/fax"
	"github.com/mintfax/mintfax/shared/contract"
)

// noChannel is the report of a call that ended because its carrier had no free channel.
func noChannel(ref string) carrier.Report {
	return carrier.Report{Knowledge: carrier.Ended, Outcome: fax.NoChannel("user_channel_limit_exceeded"), Ref: ref}
}

func TestACallWithoutAFreeChannelIsPlacedAgainAsWithACarrierThatIsAway(t *testing.T) {
	f := setup(t)
	r := &remote{name: "one"}
	id, d := f.live(t, "+12125551234", r)
	d.Retries.CarrierAway = fax.Policy{Waits: []time.Duration{30 * time.Second}, Growth: 2, Tries: 12, Within: time.Hour}
	work := f.Work(t)[0]
	require.NoError(t, d.Handle(t.Context(), "id", work))
	attempt := f.attemptID(t, id)

	var reports sync.WaitGroup
	for range 8 {
		reports.Go(func() { require.NoError(t, d.Report(t.Context(), "one", attempt, noChannel("ref-"+attempt))) })
	}
	reports.Wait()
	waiting := f.fax(t, f.Live, id)
	require.Equal(t, contract.FaxStatusInProgress, waiting.Status)
	require.Len(t, waiting.Attempts, 1, "the receiver was not called: it is the same attempt")
	require.Nil(t, waiting.Attempts[0].ErrorCode)
	require.WithinDuration(t, time.Now().Add(30*time.Second), *waiting.NextAttemptAt, 11*time.Second)
	require.Equal(t, 1, f.Count(t, "fax.attempts", "id = ? AND rounds = 1", attempt))

	require.Equal(t, []contract.DispatchFaxWork{work}, f.later(t))
	require.NoError(t, d.Handle(t.Context(), "id", work))
	require.Equal(t, 2, r.placed[attempt])
	require.NoError(t, d.Report(t.Context(), "one", attempt, noChannel("ref-"+attempt)), "a late report of the first call")
	for range 3 {
		require.NoError(t, d.Handle(t.Context(), "id", work))
	}
	require.Equal(t, 2, r.placed[attempt], "the second call runs")
	require.NoError(t, d.Report(t.Context(), "one", attempt, carrier.Report{Knowledge: carrier.Ended, Ref: r.ref(attempt)}))
	require.Equal(t, contract.FaxStatusDelivered, f.fax(t, f.Live, id).Status)
}

func TestACallWithoutAFreeChannelGoesToTheNextCarrierAtOnce(t *testing.T) {
	f := setup(t)
	first, second := &remote{name: "one"}, &remote{name: "two"}
	id, d := f.live(t, "+12125551234", first, second)
	work := f.Work(t)[0]
	require.NoError(t, d.Handle(t.Context(), "id", work))
	attempt := f.attemptID(t, id)
	require.NoError(t, d.Report(t.Context(), "one", attempt, noChannel("ref-"+attempt)))
	require.Equal(t, 1, second.placed[attempt])
	require.NoError(t, d.Report(t.Context(), "two", attempt, noChannel("ref-"+attempt)))
	require.Equal(t, []contract.DispatchFaxWork{work}, f.later(t))
	require.NoError(t, d.Handle(t.Context(), "id", work))
	require.Equal(t, 2, first.placed[attempt], "it may have a free channel by now")
}

// The answer to Send is lost, so the call has no reference yet: a report may be about an earlier call.
func TestAReportOfNoFreeChannelIsIgnoredWhileTheCallIsNotKnown(t *testing.T) {
	f := setup(t)
	r := &remote{name: "one", silent: true}
	id, d := f.live(t, "+12125551234", r)
	work := f.Work(t)[0]
	require.NoError(t, d.Handle(t.Context(), "id", work))
	attempt := f.attemptID(t, id)
	require.NoError(t, d.Report(t.Context(), "one", attempt, noChannel("ref-"+attempt)))
	r.silent = false
	require.NoError(t, d.Handle(t.Context(), "id", work))
	require.Equal(t, 1, r.placed[attempt])
}

func TestACallThatNeverFindsAFreeChannelEndsWithTheCarriersWord(t *testing.T) {
	f := setup(t)
	r := &remote{name: "one"}
	id, d := f.live(t, "+12125551234", r)
	require.NoError(t, d.Handle(t.Context(), "id", f.Work(t)[0]))
	f.Exec(t, `UPDATE fax.attempts SET started_at = now() - interval '16 minutes'`)
	attempt := f.attemptID(t, id)
	require.NoError(t, d.Report(t.Context(), "one", attempt, noChannel("ref-"+attempt)))
	ended := f.fax(t, f.Live, id)
	require.Equal(t, []string{"no_route"}, codes(ended))
	require.Equal(t, "user_channel_limit_exceeded", text(ended.ErrorSubcode))
}
