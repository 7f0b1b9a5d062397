package sinch

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/carrier"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/outcome"
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
	news, err := c.Receive(t.Context(), carrier.Delivery{Secret: secret, Body: []byte(`{"event":"FAX_COMPLETED","fax":{"id":"f1","status":"COMPLETED","labels":{"attempt":"att_2"}}}`)})
	require.NoError(t, err)
	require.Equal(t, carrier.News{AttemptID: "att_1", Report: carrier.Report{Knowledge: carrier.Ended, Outcome: outcome.Failed(outcome.Busy, "CALL_ERROR_17"), Ref: "f1"}}, news)
	news, err = c.Receive(t.Context(), carrier.Delivery{Secret: secret, Body: []byte(`{"fax":{"id":"f2"}}`)})
	require.NoError(t, err)
	require.Empty(t, news, "of nobody")

	for name, delivery := range map[string]carrier.Delivery{
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
