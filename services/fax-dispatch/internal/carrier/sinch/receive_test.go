package sinch

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/carrier"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/fax"
)

const secret = "a secret of a good length"

// Of what comes to the URL only the id is believed, and only with the secret; the fax is asked for.
func TestACallbackIsReadAgainBeforeItIsBelieved(t *testing.T) {
	api := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/projects/p/faxes/f1" {
			http.NotFound(w, r)
			return
		}
		_, _ = w.Write([]byte(`{"id":"f1","status":"FAILURE","errorType":"CALL_ERROR","errorCode":17,"labels":{"attempt":"att_1"}}`))
	}))
	defer api.Close()
	c := New(Config{ProjectID: "p", BaseURL: api.URL, Secret: secret}, nil)
	update, err := c.Receive(t.Context(), carrier.Delivery{Secret: secret, Body: []byte(`{"event":"FAX_COMPLETED","fax":{"id":"f1","status":"COMPLETED","labels":{"attempt":"att_2"}}}`)})
	require.NoError(t, err)
	require.Equal(t, carrier.Update{AttemptID: "att_1", Report: carrier.Report{Knowledge: carrier.Ended, Outcome: fax.Failed(fax.Busy, "CALL_ERROR_17"), Ref: "f1"}}, update)
	update, err = c.Receive(t.Context(), carrier.Delivery{Secret: secret, Body: []byte(`{"fax":{"id":"f2"}}`)})
	require.NoError(t, err)
	require.Empty(t, update, "of nobody")

	for _, body := range []string{`{"fax":{"id":"f1"},"file":"AAAA`, `{"event":"FAX_COMPLETED","eventTime":[{}],"fax":{"id":"f1","errorCode":{}}`} {
		update, err = c.Receive(t.Context(), carrier.Delivery{Secret: secret, Body: []byte(body)})
		require.NoError(t, err)
		require.Equal(t, "att_1", update.AttemptID, "what comes after the fax is not needed")
	}

	for name, delivery := range map[string]carrier.Delivery{
		"cut off before": {Secret: secret, Body: []byte(`{"file":"AAA`)},
		"no secret":      {Body: []byte(`{"fax":{"id":"f1"}}`)},
		"another secret": {Secret: secret + "x", Body: []byte(`{"fax":{"id":"f1"}}`)},
		"no id":          {Secret: secret, Body: []byte(`{}`)},
		"no JSON":        {Secret: secret, Body: []byte(`fax`)},
	} {
		_, err := c.Receive(t.Context(), delivery)
		require.ErrorIs(t, err, carrier.ErrForged, name)
	}
	_, err = New(Config{}, nil).Receive(t.Context(), carrier.Delivery{Body: []byte(`{"fax":{"id":"f1"}}`)})
	require.ErrorIs(t, err, carrier.ErrForged, "without a secret nothing is believed")
}

func FuzzCallbacksNeverBreakTheReader(f *testing.F) {
	f.Add([]byte(`{"event":"FAX_COMPLETED","fax":{"id":"f1","errorCode":"17"},"file":"AAAA"}`))
	f.Add([]byte(`{"fax":{"id":"f1"},"file":"AAA`))
	f.Add([]byte(`{"fax":{"id":1}}`))
	f.Add([]byte(`[{"fax":`))
	f.Fuzz(func(t *testing.T, body []byte) {
		if id := idOf(body); id != "" {
			require.Equal(t, byte('{'), bytes.TrimLeft(body, " \t\r\n")[0], "only an object is an event")
		}
	})
}

// A code is a whole number or absent, in any encoding.
func FuzzErrorCodes(f *testing.F) {
	for _, seed := range []string{`17`, `"17"`, `null`, `""`, `-1`, `1e3`, `"x"`, `99999999999999999999`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		var read faxResource
		if err := json.Unmarshal([]byte(`{"errorCode":`+raw+`}`), &read); err == nil && read.ErrorCode != 0 {
			require.Contains(t, raw, strings.TrimPrefix(strconv.Itoa(int(read.ErrorCode)), "-"))
		}
		read.Status, read.ErrorType = "FAILURE", callError
		require.Equal(t, carrier.Ended, read.report().Knowledge)
	})
}
