package system_test

import (
	"bytes"
	"encoding/json"
	"image/png"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/deploy/stack/apiclient"
)

func TestAFaxShowsTheVeryPagesThatWereSentToItsSenderAlone(t *testing.T) {
	t.Parallel()
	b := setup(t)
	a, stranger := b.account(t), b.account(t)
	id := b.faxID(t, a, "+15005550001")
	image := b.do(t, http.StatusOK, "GET", "/v1/faxes/"+id+"/image", a.TestKey, nil)
	require.Equal(t, "image/tiff", image.Header.Get("Content-Type"))
	require.True(t, bytes.HasPrefix(image.Body, []byte("II*\x00")))
	page := b.do(t, http.StatusOK, "GET", "/v1/faxes/"+id+"/pages/1.png", a.TestKey, nil)
	picture, err := png.Decode(bytes.NewReader(page.Body))
	require.NoError(t, err)
	require.Equal(t, 1728, picture.Bounds().Dx())
	for _, path := range []string{"/pages/2.png", "/pages/0.png", "/pages/1", "/pages/01.png"} {
		b.refused(t, "not_found", http.StatusNotFound, "GET", "/v1/faxes/"+id+path, a.TestKey, nil)
	}
	for _, path := range []string{"", "/image", "/pages/1.png"} {
		b.refused(t, "not_found", http.StatusNotFound, "GET", "/v1/faxes/"+id+path, stranger.TestKey, nil)
	}
	b.refused(t, "not_found", http.StatusNotFound, "DELETE", "/v1/faxes/"+id, stranger.TestKey, nil)
	b.refused(t, "not_found", http.StatusNotFound, "POST", "/v1/faxes/"+id+"/cancel", stranger.TestKey, nil)
	b.refused(t, "not_found", http.StatusNotFound, "POST", "/v1/faxes/"+id+"/resend", stranger.TestKey, nil)
}

func TestAFaxIsSentAgainAsANewOneOncePerKey(t *testing.T) {
	t.Parallel()
	b := setup(t)
	a := b.account(t)
	id := b.faxID(t, a, "+15005550002")
	key := apiclient.Header{Name: "Idempotency-Key", Value: "again"}
	var first, second struct {
		ID         string
		To         string
		ResentFrom string `json:"resent_from"`
	}
	require.NoError(t, b.do(t, http.StatusCreated, "POST", "/v1/faxes/"+id+"/resend", a.TestKey, map[string]any{"to": "+15005550001"}, key).Decode(&first))
	require.NoError(t, b.do(t, http.StatusCreated, "POST", "/v1/faxes/"+id+"/resend", a.TestKey, map[string]any{"to": "+15005550001"}, key).Decode(&second))
	require.Equal(t, first, second)
	require.NotEqual(t, id, first.ID)
	require.Equal(t, id, first.ResentFrom)
	require.Equal(t, "+15005550001", first.To)
	eventually(t, "the new fax to be delivered", func() bool { return b.status(t, a.TestKey, first.ID).Status == "delivered" })
	original := b.do(t, http.StatusOK, "GET", "/v1/faxes/"+id+"/image", a.TestKey, nil)
	copied := b.do(t, http.StatusOK, "GET", "/v1/faxes/"+first.ID+"/image", a.TestKey, nil)
	require.True(t, bytes.Equal(original.Body, copied.Body))
	require.EqualValues(t, 2, b.number(t, `SELECT count(*) FROM fax.faxes WHERE account_id = $1`, a.ID))
}

func TestAFaxIsCanceledBetweenItsAttemptsAndNobodyPaysForIt(t *testing.T) {
	t.Parallel()
	b := setup(t)
	a := b.account(t)
	var fax struct{ ID string }
	require.NoError(t, b.fax(t, http.StatusCreated, a.TestKey, "+15005550002").Decode(&fax))
	eventually(t, "the fax to be canceled", func() bool {
		answer, err := b.Do(t.Context(), "POST", "/v1/faxes/"+fax.ID+"/cancel", a.TestKey, nil)
		require.NoError(t, err)
		return answer.Status == http.StatusOK // refused while a carrier has the call
	})
	b.do(t, http.StatusOK, "POST", "/v1/faxes/"+fax.ID+"/cancel", a.TestKey, nil)
	require.Equal(t, "canceled", b.status(t, a.TestKey, fax.ID).Status)
	eventually(t, "the hold to be released", func() bool {
		return b.number(t, `SELECT held FROM wallet.pools WHERE account_id = $1 AND balance_type = 'sandbox'`, a.ID) == 0
	})
	require.EqualValues(t, 10_000, b.number(t, `SELECT available FROM wallet.pools WHERE account_id = $1 AND balance_type = 'sandbox'`, a.ID))

	delivered := b.faxID(t, a, "+15005550001")
	b.refused(t, "fax_not_cancelable", http.StatusConflict, "POST", "/v1/faxes/"+delivered+"/cancel", a.TestKey, nil)
}

func TestAQuoteIsWhatAFaxWouldCostAndLeavesNothing(t *testing.T) {
	t.Parallel()
	b := setup(t)
	a := b.account(t)
	quote, err := b.Quote(t.Context(), a.TestKey, apiclient.Upload{To: "+15005550001", FileName: "f.txt", File: bytes.Repeat([]byte("line\n"), 130)})
	require.NoError(t, err)
	require.JSONEq(t, `{"pages":3,"rate":6,"amount":18,"currency":"USD","destination":"sandbox"}`, string(quote.Body))
	quote, err = b.Quote(t.Context(), a.TestKey, apiclient.Upload{To: "+15005550001", FileName: "f.pdf", File: []byte("%PDF-1.7 and no more")})
	require.NoError(t, err)
	require.Equal(t, "unsupported_document", quote.ErrorCode())
	require.Zero(t, b.number(t, `SELECT count(*) FROM fax.faxes WHERE account_id = $1`, a.ID))
	require.Zero(t, b.number(t, `SELECT held FROM wallet.pools WHERE account_id = $1 AND balance_type = 'sandbox'`, a.ID))
}

func TestAnErasedFaxKeepsItsMoneyAndNothingElse(t *testing.T) {
	t.Parallel()
	b := setup(t)
	a := b.account(t)
	id := b.faxID(t, a, "+15005550001")
	b.do(t, http.StatusNoContent, "DELETE", "/v1/faxes/"+id, a.TestKey, nil)
	b.do(t, http.StatusNoContent, "DELETE", "/v1/faxes/"+id, a.TestKey, nil)
	var fax map[string]any
	require.NoError(t, json.Unmarshal(b.do(t, http.StatusOK, "GET", "/v1/faxes/"+id, a.TestKey, nil).Body, &fax))
	require.Nil(t, fax["to"])
	require.NotNil(t, fax["erased_at"])
	require.Equal(t, "delivered", fax["status"])
	b.refused(t, "document_gone", http.StatusGone, "GET", "/v1/faxes/"+id+"/image", a.TestKey, nil)
	b.refused(t, "document_gone", http.StatusGone, "GET", "/v1/faxes/"+id+"/pages/1.png", a.TestKey, nil)
	b.refused(t, "document_gone", http.StatusGone, "POST", "/v1/faxes/"+id+"/resend", a.TestKey, nil)
	require.Zero(t, b.number(t, `SELECT count(*) FROM fax.documents WHERE fax_id = $1`, id))
	require.EqualValues(t, 9_994, b.number(t, `SELECT available FROM wallet.pools WHERE account_id = $1 AND balance_type = 'sandbox'`, a.ID))

	var running struct{ ID string }
	require.NoError(t, b.fax(t, http.StatusCreated, a.TestKey, "+15005550002").Decode(&running))
	b.refused(t, "fax_not_terminal", http.StatusConflict, "DELETE", "/v1/faxes/"+running.ID, a.TestKey, nil)
}
