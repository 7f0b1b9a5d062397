package query_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/shared/apierror"
	"github.com/mintfax/mintfax/shared/contract"
	"github.com/mintfax/mintfax/shared/ids"
)

func TestAFaxIsFoundByItsAccountAloneAndByNoOther(t *testing.T) {
	f := setup(t)
	id := f.submit(t, "+15005550001", nil)
	found, err := f.faxes.Find(t.Context(), contract.OwnedRequest{AccountID: f.Sandbox.AccountID, ID: id})
	require.NoError(t, err)
	require.Equal(t, f.Sandbox, found.Tenant)
	require.Equal(t, id, found.Fax.ID)
	stranger, _ := f.Account(t)
	for _, r := range []contract.OwnedRequest{
		{AccountID: stranger.AccountID, ID: id}, {AccountID: f.Sandbox.AccountID, ID: ids.New(ids.Fax)}, {AccountID: f.Sandbox.AccountID, ID: "\x00"},
	} {
		_, err := f.faxes.Find(t.Context(), r)
		require.True(t, apierror.Has(err, apierror.NotFound))
	}
}

func TestTheOverviewCountsWhatSomeEnvironmentsSentSinceATime(t *testing.T) {
	f := setup(t)
	old, failed := f.submit(t, "+15005550001", nil), f.submit(t, "+15005550008", nil)
	f.submit(t, "+15005550001", nil)
	f.Exec(t, `UPDATE fax.faxes SET created_at = now() - interval '2 days' WHERE id = ?`, old)
	f.Exec(t, `UPDATE fax.faxes SET status = 'failed', error_code = 'invalid_number', completed_at = now() WHERE id = ?`, failed)
	f.Exec(t, `UPDATE fax.faxes SET status = 'accepting' WHERE id = ?`, f.submit(t, "+15005550001", nil))
	asked := contract.FaxOverviewRequest{
		AccountID: f.Sandbox.AccountID, EnvironmentIDs: []string{f.Sandbox.EnvironmentID, f.Live.EnvironmentID}, Since: time.Now().Add(-24 * time.Hour),
	}
	got, err := f.faxes.Overview(t.Context(), asked)
	require.NoError(t, err)
	require.Equal(t, []contract.FaxCount{
		{EnvironmentType: contract.Sandbox, Status: contract.FaxStatusFailed, Count: 1},
		{EnvironmentType: contract.Sandbox, Status: contract.FaxStatusQueued, Count: 1},
	}, got.Counts)
	require.Len(t, got.Failed, 1)
	require.Equal(t, failed, got.Failed[0].Fax.ID)
	require.Equal(t, f.Sandbox, got.Failed[0].Tenant)

	asked.AccountID = f.Live.AccountID + "x"
	got, err = f.faxes.Overview(t.Context(), asked)
	require.NoError(t, err)
	require.Empty(t, got.Counts)
	require.Empty(t, got.Failed)
}
