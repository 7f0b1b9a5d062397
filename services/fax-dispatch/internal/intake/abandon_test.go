package intake_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/shared/apierror"
	"github.com/mintfax/mintfax/shared/contract"
)

// lost is a wallet whose answer does not arrive.
func (f fixture) lost(ctx context.Context, r contract.PlaceHoldRequest) (contract.Hold, error) {
	_, err := f.Hold(ctx, r)
	return contract.Hold{}, errors.Join(err, apierror.New(apierror.ServiceUnavailable))
}

func TestAHoldWhoseAnswerWasLostIsVoidedAndStaysSo(t *testing.T) {
	f := setup(t)
	var asked contract.PlaceHoldRequest
	f.service.Wallet.Hold = func(ctx context.Context, r contract.PlaceHoldRequest) (contract.Hold, error) {
		asked = r
		return f.lost(ctx, r)
	}
	_, err := f.service.Submit(t.Context(), f.keyed(t, "key", "print"))
	require.True(t, apierror.Has(err, apierror.ServiceUnavailable))
	f.requireNothingLeft(t)
	_, err = f.Hold(t.Context(), asked)
	require.Error(t, err, "a hold that comes late is refused")

	f.service.Wallet.Hold = f.Hold
	_, err = f.service.Submit(t.Context(), f.keyed(t, "key", "print"))
	require.NoError(t, err, "the key is free again")
}

func TestTheSweepUndoesWhatCouldNotBeUndone(t *testing.T) {
	f := setup(t)
	f.service.Wallet.Hold = f.lost
	f.service.Wallet.Void = f.noVoid
	_, err := f.service.Submit(t.Context(), f.keyed(t, "key", "print"))
	require.True(t, apierror.Has(err, apierror.ServiceUnavailable))
	require.Equal(t, 6, f.Held(t))
	_, err = f.service.Submit(t.Context(), f.keyed(t, "key", "print"))
	require.True(t, apierror.Has(err, apierror.IdempotencyKeyInProgress))

	require.NoError(t, f.service.Sweep(t.Context()))
	require.Equal(t, 6, f.Held(t), "a submission may still be running")
	f.Exec(t, `UPDATE fax.faxes SET created_at = now() - interval '21 seconds'`)
	require.Error(t, f.service.Sweep(t.Context()))
	f.service.Wallet.Void = f.Void
	require.NoError(t, f.service.Sweep(t.Context()))
	f.requireNothingLeft(t)
}

// The sweep comes while a slow submission waits for its hold; it gets to the end, or only as far as
// the mark.
func TestASubmissionOvertakenByTheSweepIsNeverAccepted(t *testing.T) {
	for name, voidFails := range map[string]bool{"to the end": false, "to the mark": true} {
		t.Run(name, func(t *testing.T) {
			f := setup(t)
			f.service.Wallet.Hold = func(ctx context.Context, r contract.PlaceHoldRequest) (contract.Hold, error) {
				f.Exec(t, `UPDATE fax.faxes SET created_at = now() - interval '1 minute'`)
				hold, err := f.Hold(ctx, r)
				require.NoError(t, err)
				if voidFails {
					f.service.Wallet.Void = f.noVoid
				}
				require.Equal(t, voidFails, f.service.Sweep(ctx) != nil)
				f.service.Wallet.Void = f.Void
				return hold, nil
			}
			_, err := f.service.Submit(t.Context(), f.keyed(t, "key", "print"))
			require.True(t, apierror.Has(err, apierror.ServiceUnavailable))
			f.requireNothingLeft(t)
		})
	}
}

// The database commits the acceptance, and the answer to that is lost.
func TestAFaxThatWasAcceptedIsNotUndone(t *testing.T) {
	f := setup(t)
	f.service.Wallet.Hold = func(ctx context.Context, r contract.PlaceHoldRequest) (contract.Hold, error) {
		_, err := f.Hold(ctx, r)
		require.NoError(t, err)
		f.Exec(t, `UPDATE fax.faxes SET status = 'queued'`)
		return contract.Hold{}, errors.New("lost")
	}
	got, err := f.service.Submit(t.Context(), f.request(t, "+15005550001"))
	require.NoError(t, err)
	require.Equal(t, 1, f.Count(t, "fax.faxes", "id = ?", got.Fax.ID))
	require.Equal(t, 6, f.Held(t))
}

func TestAnAcceptedFaxIsNotSwept(t *testing.T) {
	f := setup(t)
	_, err := f.service.Submit(t.Context(), f.request(t, "+15005550001"))
	require.NoError(t, err)
	f.Exec(t, `UPDATE fax.faxes SET created_at = now() - interval '1 day'`)
	require.NoError(t, f.service.Sweep(t.Context()))
	require.Equal(t, 6, f.Held(t))
	require.Equal(t, 1, f.Count(t, "fax.faxes", "status = 'queued'"))
}

func TestACallerThatGaveUpGetsNoFax(t *testing.T) {
	f := setup(t)
	ctx, cancel := context.WithDeadline(t.Context(), time.Now().Add(100*time.Millisecond)) // less than the margin
	defer cancel()
	_, err := f.service.Submit(ctx, f.request(t, "+15005550001"))
	require.Error(t, err)
	f.requireNothingLeft(t)
}
