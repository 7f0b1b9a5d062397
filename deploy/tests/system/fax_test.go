package system_test

import (
	"bytes"
	"fmt"
	"net/http"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/deploy/stack/apiclient"
)

// faxView is what a client reads of a fax.
type faxView struct {
	ID         string
	Status     string
	Pages      int
	HoldAmount int64   `json:"hold_amount"`
	ErrorCode  *string `json:"error_code"`
	Attempts   []struct {
		AttemptNumber int     `json:"attempt_number"`
		ErrorCode     *string `json:"error_code"`
	}
}

func (b bench) status(t *testing.T, key, id string) (view faxView) {
	t.Helper()
	require.NoError(t, b.do(t, http.StatusOK, "GET", "/v1/faxes/"+id, key, nil).Decode(&view))
	return view
}

func deref(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

func TestTheSameKeyAndRequestMakeOneFaxHoweverManyAtOnce(t *testing.T) {
	t.Parallel()
	b := setup(t)
	a := b.account(t)
	send := func(content string) (apiclient.Answer, error) {
		return b.SendFax(t.Context(), a.TestKey, apiclient.Upload{To: "+15005550001", FileName: "f.txt", File: []byte(content)},
			apiclient.Header{Name: "Idempotency-Key", Value: "once"})
	}
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() {
			answer, err := send("hello")
			if err != nil || (answer.Status != http.StatusCreated && answer.ErrorCode() != "idempotency_key_in_progress") {
				t.Errorf("%v %d %s", err, answer.Status, answer.Body)
			}
		})
	}
	wg.Wait()
	replay, err := send("hello")
	require.NoError(t, err)
	require.Equal(t, http.StatusCreated, replay.Status)
	require.Equal(t, "true", replay.Header.Get("X-Idempotency-Replayed"))
	require.EqualValues(t, 1, b.number(t, `SELECT count(*) FROM fax.faxes WHERE account_id = $1`, a.ID))
	other, err := send("another document")
	require.NoError(t, err)
	require.Equal(t, "idempotency_key_reuse", other.ErrorCode())
}

func TestAListPagesThroughEverythingOnceAndFilters(t *testing.T) {
	t.Parallel()
	b := setup(t)
	a := b.account(t)
	want := map[string]bool{}
	for i := range 7 {
		var fax faxView
		answer, err := b.SendFax(t.Context(), a.TestKey, apiclient.Upload{
			To: "+15005550001", FileName: "f.txt", File: []byte("x"), Fields: map[string]string{"tags[n]": fmt.Sprint(i)},
		})
		require.NoError(t, err)
		require.NoError(t, answer.Decode(&fax))
		want[fax.ID] = true
	}
	path := "/v1/faxes?per_page=3"
	for pages := 0; path != ""; pages++ {
		require.Less(t, pages, 4)
		var list struct {
			Data       []faxView
			NextCursor *string `json:"next_cursor"`
		}
		require.NoError(t, b.do(t, http.StatusOK, "GET", path, a.TestKey, nil).Decode(&list))
		for _, fax := range list.Data {
			require.True(t, want[fax.ID], "%s twice or foreign", fax.ID)
			delete(want, fax.ID)
		}
		path = ""
		if list.NextCursor != nil {
			path = "/v1/faxes?per_page=3&cursor=" + *list.NextCursor
		}
	}
	require.Empty(t, want)
	var tagged struct{ Data []faxView }
	require.NoError(t, b.do(t, http.StatusOK, "GET", "/v1/faxes?tag[n]=4", a.TestKey, nil).Decode(&tagged))
	require.Len(t, tagged.Data, 1)
}

func TestBadInputGetsTheErrorItDeserves(t *testing.T) {
	t.Parallel()
	b := setup(t)
	a := b.account(t)
	for _, c := range []struct {
		code, method, path, key string
		status                  int
		body                    any
	}{
		{"validation_failed", "POST", "/v1/account/environments", a.AccountKey, 422, map[string]any{"name": "x", "type": "live", "extra": true}},
		{"validation_failed", "POST", "/v1/account/environments", a.AccountKey, 422, map[string]any{"name": "x", "type": "space"}},
		{"malformed_request", "POST", "/v1/account/environments", a.AccountKey, 400, []byte("{")},
		{"validation_failed", "POST", "/v1/account/checkout-sessions", a.AccountKey, 422, map[string]any{"package_id": "huge"}},
		{"validation_failed", "GET", "/v1/account/transactions?per_page=101", a.AccountKey, 422, nil},
		{"validation_failed", "GET", "/v1/account/keys?cursor=nonsense", a.AccountKey, 422, nil},
		{"not_found", "DELETE", "/v1/account/keys/key_none", a.AccountKey, 404, nil},
		{"not_found", "GET", "/v1/faxes/fax_none%00", a.TestKey, 404, nil},
		{"not_found", "GET", "/v2/faxes", a.TestKey, 404, nil},
		{"method_not_allowed", "PUT", "/v1/faxes", a.TestKey, 405, nil},
		{"malformed_request", "POST", "/v1/faxes", a.TestKey, 400, map[string]any{"to": "+1"}},
		{"validation_failed", "POST", "/v1/account/register", "", 422, map[string]any{"name": "", "email": "x"}},
		{"code_invalid", "POST", "/v1/account/register/verify", "", 422, map[string]any{"email": a.Email, "code": "000000"}},
	} {
		answer := b.refused(t, c.code, c.status, c.method, c.path, c.key, c.body)
		require.Contains(t, string(answer.Body), answer.Header.Get("X-Request-Id"), "%s %s", c.method, c.path)
	}
	large, err := b.SendFax(t.Context(), a.TestKey, apiclient.Upload{To: "+15005550001", FileName: "f.txt", File: bytes.Repeat([]byte("x"), 11<<20)})
	require.NoError(t, err, "the client must read the answer, not a reset")
	require.Equal(t, http.StatusRequestEntityTooLarge, large.Status)
	for name, file := range map[string][]byte{
		"a zip": []byte("PK\x03\x04"), "a cut PDF": []byte("%PDF-1.7\n1 0 obj"), "nothing": {}, "an executable": []byte("\x7fELF\x02\x01\x01\x00"),
	} {
		answer, err := b.SendFax(t.Context(), a.TestKey, apiclient.Upload{To: "+15005550001", FileName: "f.pdf", File: file})
		require.NoError(t, err)
		require.Equal(t, "unsupported_document", answer.ErrorCode(), name)
	}
	require.Zero(t, b.number(t, `SELECT count(*) FROM fax.faxes WHERE account_id = $1`, a.ID))
}
