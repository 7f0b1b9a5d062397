package query_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/shared/contract"
	"github.com/mintfax/mintfax/shared/ids"
)

func TestStatusesCoverTheFaxesOfEverySender(t *testing.T) {
	f := setup(t)
	want := map[string]contract.FaxOutcome{ids.New(ids.Fax): contract.FaxOutcomeUnknown}
	for status, outcome := range map[string]contract.FaxOutcome{
		"accepting": contract.FaxOutcomePending, "abandoned": contract.FaxOutcomeUnknown,
		"queued": contract.FaxOutcomePending, "submitted": contract.FaxOutcomePending, "in_progress": contract.FaxOutcomePending,
		"delivered": contract.FaxOutcomeDelivered, "failed": contract.FaxOutcomeEnded, "canceled": contract.FaxOutcomeEnded,
	} {
		id := f.submit(t, "+15005550001", nil)
		f.Exec(t, `UPDATE fax.faxes SET status = ?, completed_at = CASE WHEN ? IN ('delivered', 'failed', 'canceled') THEN now() END WHERE id = ?`, status, status, id)
		want[id] = outcome
	}
	var asked contract.GetFaxStatusesRequest
	for id := range want {
		asked.FaxIDs = append(asked.FaxIDs, id)
	}
	got, err := f.faxes.Statuses(t.Context(), asked)
	require.NoError(t, err)
	require.Equal(t, want, got.Data)
}

func TestStatusesAreAskedForOneToAHundredFaxes(t *testing.T) {
	require.Error(t, contract.GetFaxStatusesRequest{}.Validate())
	require.NoError(t, contract.GetFaxStatusesRequest{FaxIDs: make([]string, contract.MaxFaxStatuses)}.Validate())
	require.Error(t, contract.GetFaxStatusesRequest{FaxIDs: make([]string, contract.MaxFaxStatuses+1)}.Validate())
}
