package intake_test

import (
	"io"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/shared/apierror"
	"github.com/mintfax/mintfax/shared/contract"
)

// staged reads a document in staging.
func (f fixture) staged(t *testing.T) func(contract.StagedFile) []byte {
	return func(file contract.StagedFile) []byte {
		t.Helper()
		from, err := f.storage.ReadStaged(t.Context(), file)
		require.NoError(t, err)
		defer from.Close()
		content, err := io.ReadAll(from)
		require.NoError(t, err)
		return content
	}
}

func TestThePagesOfAPreviewAreTheOnesThatAreSent(t *testing.T) {
	f := setup(t)
	preview, err := f.service.Preview(t.Context(), f.covered(t, contract.FaxCover{Page: "standard"}))
	require.NoError(t, err)
	require.Equal(t, contract.FaxQuote{Pages: 3, Rate: 6, Amount: 18, Currency: "USD", Destination: "sandbox"}, preview.Quote)
	require.Zero(t, f.Count(t, "fax.faxes", "true"))
	require.Zero(t, f.Held(t))
	require.Equal(t, 1, f.storage.Files(t, "staging"), "the pages, and no file")

	r := contract.SubmitFaxRequest{
		Tenant: f.Sandbox, To: "+15005550006", Previewed: &preview.Pages.Document, IdempotencyKey: "k", Fingerprint: []byte("f"),
	}
	_, err = f.service.Submit(t.Context(), r)
	require.True(t, apierror.Has(err, apierror.InsufficientBalance))
	require.Equal(t, 1, f.storage.Files(t, "staging"), "it can be tried again")

	r.To = "+15005550001"
	sent, err := f.service.Submit(t.Context(), r)
	require.NoError(t, err)
	require.Equal(t, 3, sent.Fax.Pages)
	require.Equal(t, 18, f.Held(t))
	again, err := f.service.Submit(t.Context(), r)
	require.NoError(t, err)
	require.True(t, again.Replayed)
	require.Equal(t, sent.Fax.ID, again.Fax.ID)
	var kept string
	f.Scan(t, &kept, `SELECT id FROM fax.documents WHERE fax_id = ?`, sent.Fax.ID)
	require.Equal(t, preview.Pages.Document.ID, kept)

	r.IdempotencyKey = ""
	_, err = f.service.Submit(t.Context(), r)
	require.True(t, apierror.Has(err, apierror.DocumentGone), "pages belong to one fax")
	require.Equal(t, 1, f.Count(t, "fax.faxes", "true"))
	require.Equal(t, 18, f.Held(t))
}
