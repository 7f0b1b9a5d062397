package erasure_test

import (
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/erasure"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/faxtest"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/settings"
	"github.com/mintfax/mintfax/shared/contract"
)

func TestFaxesAreErasedWhenTheirRetentionIsOver(t *testing.T) {
	b, storage := faxtest.New(t), faxtest.NewStorage(t)
	faxes := b.Submissions(t, storage)
	eraser := erasure.New(erasure.NewStore(b.DB), storage.Store, prometheus.NewRegistry())
	for range 3 {
		_, err := faxes.Submit(t.Context(), contract.SubmitFaxRequest{Tenant: b.Sandbox, To: "+15005550001", Files: []contract.StagedFile{storage.Upload(t, "Hello.")}})
		require.NoError(t, err)
	}
	ids := []string{}
	b.Scan(t, &ids, `SELECT id FROM fax.faxes ORDER BY id`)
	ended := func(id, ago string) {
		b.Exec(t, `UPDATE fax.faxes SET status = 'delivered', completed_at = now() - CAST(? AS interval) WHERE id = ?`, ago, id)
	}
	erased := func() int {
		require.NoError(t, eraser.Retain(t.Context()))
		return b.Count(t, "fax.faxes", "erased_at IS NOT NULL AND to_number IS NULL")
	}
	ended(ids[0], "31 days")
	ended(ids[1], "10 days")
	require.Equal(t, 1, erased(), "30 days are kept unless the account says otherwise")
	require.Equal(t, 1, b.Count(t, "fax.retention", "look_at BETWEEN now() + interval '19 days' AND now() + interval '20 days'"))
	require.Equal(t, 1, erased(), "nothing is due")

	days := 7
	_, err := settings.New(settings.NewStore(b.DB)).Set(t.Context(), contract.SetFaxSettingsRequest{AccountID: b.Sandbox.AccountID, RetentionDays: &days})
	require.NoError(t, err)
	require.Equal(t, 2, erased(), "a shorter time counts for all faxes at once")
	ended(ids[2], "0 days")
	require.Equal(t, 2, erased())
	require.Equal(t, 1, b.Count(t, "fax.retention", "look_at > now() + interval '6 days'"), "nothing was left, so nothing is over earlier")
}
