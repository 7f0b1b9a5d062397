package query_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/shared/contract"
	"github.com/mintfax/mintfax/shared/ids"
)

func TestStatusesCoverTheFaxesOfEverySender(t *testing.T) {
	f := setup(t)
	want := map[string]contract.FaxFate{ids.New(ids.Fax): contract.FateUnknown}
	for status, fate := range map[string]contract.FaxFate{
		"accepting": contract.FateAlive, "abandoned": contract.FateUnknown,
		"queued": contract.FateAlive, "submitted": contract.FateAlive, "in_progress": contract.FateAlive,
		"delivered": contract.FateDelivered, "failed": contract.FateEnded, "canceled": contract.FateEnded,
	} {
		id := f.submit(t, "+15005550001", nil)
		f.Exec(t, `UPDATE fax.faxes SET status = ?, completed_at = CASE WHEN ? IN ('delivered', 'failed', 'canceled') THEN now() END WHERE id = ?`, status, status, id)
		want[id] = fate
	}
	var asked contract.GetFatesRequest
	for id := range want {
		asked.FaxIDs = append(asked.FaxIDs, id)
	}
	got, err := f.faxes.Statuses(t.Context(), asked)
	require.NoError(t, err)
	require.Equal(t, want, got.Data)
}

func TestStatusesAreAskedForOneToAHundredFaxes(t *testing.T) {
	require.Error(t, contract.GetFatesRequest{}.Validate())
	require.NoError(t, contract.GetFatesRequest{FaxIDs: make([]string, contract.MaxFates)}.Validate())
	require.Error(t, contract.GetFatesRequest{FaxIDs: make([]string, contract.MaxFates+1)}.Validate())
}
