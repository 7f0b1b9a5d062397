package carriertest

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/carrier"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/fax"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/faxtest"
	"github.com/mintfax/mintfax/shared/contract"
	"github.com/mintfax/mintfax/shared/faxpage"
	"github.com/mintfax/mintfax/shared/ids"
)

// Subject is a carrier and a test's view of its other side.
type Subject struct {
	Carrier carrier.Carrier
	Storage faxtest.Storage
	// Placed returns how many calls were placed for an attempt.
	Placed func(t *testing.T, attemptID string) int
	// Disturb sets a fault by name; nil for a carrier without a network in between.
	Disturb func(t *testing.T, fault string)
	// Busy is a number that is always busy.
	Busy string
	// Unpaid is a number to which the operator's account cannot send; empty for a carrier without accounts.
	Unpaid string
	// Blind means that the carrier does not read documents.
	Blind bool
}

// Run tests that a carrier keeps the contract of carrier.Carrier.
func Run(t *testing.T, s Subject) {
	t.Run("a call ends with a delivery", func(t *testing.T) {
		call := s.call(t, "+12125551234")
		require.Equal(t, fax.Outcome{}, s.end(t, call))
		require.Equal(t, 1, s.Placed(t, call.AttemptID))
	})
	t.Run("a failure has our code and the carrier's word", func(t *testing.T) {
		ended := s.end(t, s.call(t, s.Busy))
		require.Equal(t, fax.Busy, ended.Code)
		require.NotEmpty(t, ended.Subcode)
	})
	t.Run("a call that the operator's account cannot make says so", func(t *testing.T) {
		if s.Unpaid == "" {
			return
		}
		ended := s.end(t, s.call(t, s.Unpaid))
		require.True(t, ended.Account)
		require.Equal(t, fax.NoRoute, ended.Code)
		require.NotEmpty(t, ended.Subcode)
	})
	t.Run("any sender's id and both resolutions are taken", func(t *testing.T) {
		for _, resolution := range []faxpage.Resolution{faxpage.Standard, faxpage.Fine} {
			call := s.call(t, "+12125551234")
			call.CSID, call.Resolution = "St. Mary's (#2) & Co", resolution
			require.Equal(t, fax.Outcome{}, s.end(t, call))
		}
	})
	t.Run("a number that is none ends the attempt", func(t *testing.T) {
		if s.Unpaid == "" {
			return
		}
		require.Equal(t, fax.InvalidNumber, s.end(t, s.call(t, "+1")).Code)
	})
	t.Run("what was never placed is said to be so, once that is certain", func(t *testing.T) {
		report, err := s.Carrier.Lookup(t.Context(), carrier.Placed{AttemptID: ids.New(ids.Attempt), To: "+12125551234", At: time.Now().Add(-time.Hour)})
		require.NoError(t, err)
		require.Equal(t, carrier.NeverPlaced, report.Knowledge)
	})
	t.Run("a document that cannot be read ends the attempt", func(t *testing.T) {
		if s.Blind {
			return
		}
		call := s.call(t, "+12125551234")
		call.Document.WrappedKey = []byte("of another file")
		require.Equal(t, fax.DocumentError, s.end(t, call).Code)
	})
	t.Run("who does not wait gets no report", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		_, err := s.Carrier.Send(ctx, s.call(t, "+12125551234"))
		require.Error(t, err)
	})
	if s.Disturb != nil {
		s.disturbed(t)
	}
}

func (s Subject) disturbed(t *testing.T) {
	t.Cleanup(func() { s.Disturb(t, "") })
	t.Run("a call whose answer is lost is found and not placed again", func(t *testing.T) {
		call := s.call(t, "+12125551234")
		s.Disturb(t, "lost_replies")
		_, err := s.Carrier.Send(t.Context(), call)
		require.Error(t, err)
		require.NotErrorIs(t, err, carrier.ErrNotPlaced, "nobody knows")
		s.Disturb(t, "")
		require.Equal(t, fax.Outcome{}, s.wait(t, call, carrier.Report{Knowledge: carrier.Running}))
		require.Equal(t, 1, s.Placed(t, call.AttemptID))
	})
	t.Run("a call that may still come is not said to be absent", func(t *testing.T) {
		call := s.call(t, "+12125551234")
		s.Disturb(t, "lost_requests")
		_, err := s.Carrier.Send(t.Context(), call)
		require.Error(t, err)
		require.NotErrorIs(t, err, carrier.ErrNotPlaced, "nobody knows")
		s.Disturb(t, "")
		report, err := s.Carrier.Lookup(t.Context(), carrier.Placed{AttemptID: call.AttemptID, To: call.To, At: time.Now()})
		require.NoError(t, err)
		require.Equal(t, carrier.Running, report.Knowledge)
	})
	t.Run("a call that is refused for now was not placed", func(t *testing.T) {
		call := s.call(t, "+12125551234")
		s.Disturb(t, "too_many")
		_, err := s.Carrier.Send(t.Context(), call)
		require.ErrorIs(t, err, carrier.ErrNotPlaced)
		require.Zero(t, s.Placed(t, call.AttemptID))
	})
	t.Run("a refused account is told apart, and nothing was placed", func(t *testing.T) {
		call := s.call(t, "+12125551234")
		s.Disturb(t, "account")
		_, err := s.Carrier.Send(t.Context(), call)
		require.ErrorIs(t, err, carrier.ErrNotPlaced)
		require.ErrorAs(t, err, new(carrier.AccountError))
		require.Zero(t, s.Placed(t, call.AttemptID))
	})
	t.Run("after a fault of the carrier nobody knows", func(t *testing.T) {
		s.Disturb(t, "broken")
		_, err := s.Carrier.Send(t.Context(), s.call(t, "+12125551234"))
		require.Error(t, err)
		require.NotErrorIs(t, err, carrier.ErrNotPlaced)
	})
}

func (s Subject) call(t *testing.T, to string) carrier.Call {
	t.Helper()
	file := s.Storage.Upload(t, "II*\x00 pages")
	require.NoError(t, s.Storage.Keep(t.Context(), file.ID))
	return carrier.Call{AttemptID: ids.New(ids.Attempt), FaxID: ids.New(ids.Fax), Number: 1, To: to, Pages: 1, Document: contract.StagedFile(file)}
}

// end places a call and waits for its end.
func (s Subject) end(t *testing.T, call carrier.Call) fax.Outcome {
	t.Helper()
	report, err := s.Carrier.Send(t.Context(), call)
	require.NoError(t, err)
	return s.wait(t, call, report)
}

func (s Subject) wait(t *testing.T, call carrier.Call, report carrier.Report) fax.Outcome {
	t.Helper()
	placed := carrier.Placed{AttemptID: call.AttemptID, Ref: report.Ref, To: call.To, At: time.Now()}
	for range 100 {
		if report.Knowledge == carrier.Ended {
			return report.Outcome
		}
		require.Equal(t, carrier.Running, report.Knowledge)
		time.Sleep(50 * time.Millisecond)
		var err error
		report, err = s.Carrier.Lookup(t.Context(), placed)
		require.NoError(t, err)
		placed.Ref = report.Ref
	}
	require.Fail(t, "the call does not end")
	return fax.Outcome{}
}
