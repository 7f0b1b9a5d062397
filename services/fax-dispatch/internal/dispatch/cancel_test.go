package dispatch_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/carrier"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/dispatch"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/fax"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/query"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/settings"
	"github.com/mintfax/mintfax/shared/apierror"
	"github.com/mintfax/mintfax/shared/contract"
	"github.com/mintfax/mintfax/shared/ids"
)

// canceler returns a canceler, and how often it has woken the relay.
func (f fixture) canceler() (*dispatch.Canceler, *int) {
	woken := 0
	return dispatch.NewCanceler(dispatch.NewStore(f.DB), query.New(query.NewStore(f.DB)).Get, func() { woken++ }), &woken
}

func TestAQueuedFaxIsCanceledOnceAndNeverSent(t *testing.T) {
	f := setup(t)
	id := f.submit(t, f.Sandbox, "+15005550001", "")
	work := f.Work(t)[0]
	c, woken := f.canceler()
	for range 2 {
		canceled, err := c.Cancel(t.Context(), contract.GetFaxRequest{Tenant: f.Sandbox, ID: id})
		require.NoError(t, err)
		require.Equal(t, contract.FaxStatusCanceled, canceled.Status)
		require.NotNil(t, canceled.CompletedAt)
	}
	require.Equal(t, 1, *woken)
	require.NoError(t, f.dispatcher.Handle(t.Context(), "id", work))
	require.Empty(t, f.fax(t, f.Sandbox, id).Attempts)
	require.Equal(t, []string{"fax.queued", "fax.canceled"}, f.Events(t, id))
}

func TestAFaxIsCanceledBetweenTwoAttempts(t *testing.T) {
	f := setup(t)
	id := f.submit(t, f.Sandbox, "+15005550002", "2") // always busy
	require.NoError(t, f.dispatcher.Handle(t.Context(), "id", f.Work(t)[0]))
	c, _ := f.canceler()
	canceled, err := c.Cancel(t.Context(), contract.GetFaxRequest{Tenant: f.Sandbox, ID: id})
	require.NoError(t, err)
	require.Equal(t, contract.FaxStatusCanceled, canceled.Status)
	require.Nil(t, canceled.NextAttemptAt)
	f.finish(t)
	require.Len(t, f.fax(t, f.Sandbox, id).Attempts, 1)
}

func TestAFaxThatACarrierHasOrThatHasEndedIsNotCanceled(t *testing.T) {
	f := setup(t)
	r := &remote{name: "one"}
	id, d := f.live(t, "+12125551234", r)
	require.NoError(t, d.Handle(t.Context(), "id", f.Work(t)[0]))
	c, woken := f.canceler()
	cancel := func() error {
		_, err := c.Cancel(t.Context(), contract.GetFaxRequest{Tenant: f.Live, ID: id})
		return err
	}
	require.True(t, apierror.Has(cancel(), apierror.FaxNotCancelable))
	require.NoError(t, d.Report(t.Context(), "one", f.attemptID(t, id), carrier.End(fax.Outcome{})))
	require.True(t, apierror.Has(cancel(), apierror.FaxNotCancelable))
	require.Equal(t, contract.FaxStatusDelivered, f.fax(t, f.Live, id).Status)
	require.Zero(t, *woken)
}

func TestNobodyCancelsTheFaxOfAnother(t *testing.T) {
	f := setup(t)
	id := f.submit(t, f.Sandbox, "+15005550001", "")
	other, _ := f.Account(t)
	c, _ := f.canceler()
	for what, r := range map[string]contract.GetFaxRequest{
		"of another account": {Tenant: other, ID: id}, "of another environment": {Tenant: f.Live, ID: id},
		"unknown": {Tenant: f.Sandbox, ID: ids.New(ids.Fax)}, "no id": {Tenant: f.Sandbox, ID: "x"},
	} {
		_, err := c.Cancel(t.Context(), r)
		require.True(t, apierror.Has(err, apierror.NotFound), what)
	}
	require.Equal(t, contract.FaxStatusQueued, f.fax(t, f.Sandbox, id).Status)
}

func TestACanceledFaxOfAnAccountWithZeroFootprintIsErased(t *testing.T) {
	f := setup(t)
	zero := true
	_, err := settings.New(settings.NewStore(f.DB)).Set(t.Context(), contract.SetFaxSettingsRequest{AccountID: f.Sandbox.AccountID, ZeroFootprint: &zero})
	require.NoError(t, err)
	id := f.submit(t, f.Sandbox, "+15005550001", "")
	c, _ := f.canceler()
	canceled, err := c.Cancel(t.Context(), contract.GetFaxRequest{Tenant: f.Sandbox, ID: id})
	require.NoError(t, err)
	require.Nil(t, canceled.To)
	require.WithinDuration(t, time.Now(), *canceled.ErasedAt, time.Minute)
}
