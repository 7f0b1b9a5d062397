package erasure_test

import (
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/erasure"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/faxtest"
	"github.com/mintfax/mintfax/shared/apierror"
	"github.com/mintfax/mintfax/shared/contract"
	"github.com/mintfax/mintfax/shared/ids"
)

func TestADeletedFaxKeepsNothingPersonal(t *testing.T) {
	b, storage := faxtest.New(t), faxtest.NewStorage(t)
	eraser := erasure.New(erasure.NewStore(b.DB), storage.Store, prometheus.NewRegistry())
	sent, err := b.Submissions(t, storage).Submit(t.Context(), contract.SubmitFaxRequest{
		Tenant: b.Sandbox, To: "+15005550001", CSID: "Ward 3", WebhookURL: "https://example.com/hook", Tags: map[string]string{"case": "4711"},
		IdempotencyKey: "k", Fingerprint: []byte("f"), Files: []contract.StagedFile{storage.Upload(t, "Hello.")},
	})
	require.NoError(t, err)
	of := contract.GetFaxRequest{Tenant: b.Sandbox, ID: sent.Fax.ID}
	_, err = eraser.Delete(t.Context(), of)
	require.True(t, apierror.Has(err, apierror.FaxNotTerminal))
	require.Equal(t, 1, b.Count(t, "fax.documents", "wrapped_key IS NOT NULL"))

	b.Exec(t, `UPDATE fax.faxes SET status = 'delivered', completed_at = now()`)
	for range 2 {
		_, err = eraser.Delete(t.Context(), of)
		require.NoError(t, err, "it stays erased")
	}
	require.Equal(t, 1, b.Count(t, "fax.faxes", `erased_at IS NOT NULL AND status = 'delivered' AND to_number IS NULL AND csid IS NULL
		AND webhook_url IS NULL AND idempotency_key IS NULL AND tags = '{}'`))
	require.Zero(t, b.Count(t, "fax.documents", "true"))
	require.Zero(t, b.Count(t, "fax.tags", "true"))
	require.Zero(t, storage.Files(t, "documents"))
	require.Equal(t, 6, b.Held(t), "what it costs does not change")
}

func TestNobodyDeletesTheFaxOfAnother(t *testing.T) {
	b, storage := faxtest.New(t), faxtest.NewStorage(t)
	eraser := erasure.New(erasure.NewStore(b.DB), storage.Store, prometheus.NewRegistry())
	sent, err := b.Submissions(t, storage).Submit(t.Context(), contract.SubmitFaxRequest{
		Tenant: b.Sandbox, To: "+15005550001", Files: []contract.StagedFile{storage.Upload(t, "Hello.")},
	})
	require.NoError(t, err)
	b.Exec(t, `UPDATE fax.faxes SET status = 'delivered', completed_at = now()`)
	other, _ := b.Account(t)
	for what, r := range map[string]contract.GetFaxRequest{
		"of another account": {Tenant: other, ID: sent.Fax.ID}, "of another environment": {Tenant: b.Live, ID: sent.Fax.ID},
		"unknown": {Tenant: b.Sandbox, ID: ids.New(ids.Fax)}, "no id": {Tenant: b.Sandbox, ID: "x"},
	} {
		_, err := eraser.Delete(t.Context(), r)
		require.True(t, apierror.Has(err, apierror.NotFound), what)
	}
	require.Zero(t, b.Count(t, "fax.faxes", "erased_at IS NOT NULL"))
	require.Equal(t, 1, storage.Files(t, "documents"))
}
