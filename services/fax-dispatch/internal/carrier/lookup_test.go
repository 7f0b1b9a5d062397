package carrier_test

import (
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/carrier"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/fax"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/faxtest"
)

// congested answers for both carriers: the call "old" of att_1 ended because no channel was free. With running, the call
// "new" of the same attempt is in their lists as well, after it.
func congested(running bool) http.HandlerFunc {
	const telnyxOld = `{"id":"old","status":"failed","failure_reason":"user_channel_limit_exceeded","client_state":"YXR0XzE="}`
	const sinchOld = `{"id":"old","status":"FAILURE","errorType":"CALL_ERROR","errorCode":15,"labels":{"attempt":"att_1"}}`
	telnyxList, sinchList := telnyxOld, sinchOld
	if running {
		telnyxList += `,{"id":"new","status":"sending","client_state":"YXR0XzE="}`
		sinchList += `,{"id":"new","status":"IN_PROGRESS","labels":{"attempt":"att_1"}}`
	}
	return func(w http.ResponseWriter, r *http.Request) {
		sinch, one := strings.Contains(r.URL.Path, "/projects/"), strings.HasSuffix(r.URL.Path, "/old")
		switch {
		case sinch && one:
			_, _ = io.WriteString(w, sinchOld)
		case sinch:
			_, _ = io.WriteString(w, `{"faxes":[`+sinchList+`]}`)
		case one:
			_, _ = io.WriteString(w, `{"data":`+telnyxOld+`}`)
		default:
			_, _ = io.WriteString(w, `{"data":[`+telnyxList+`],"meta":{"total_pages":1}}`)
		}
	}
}

// An attempt may be placed again after a call that found no free channel. That call must not be taken for the new one.
func TestACallThatFoundNoFreeChannelIsNotTheCallThatIsLookedFor(t *testing.T) {
	storage := faxtest.NewStorage(t)
	placed := carrier.Placed{AttemptID: "att_1", To: "+12125551234", At: time.Now().Add(-time.Hour)}
	for _, c := range uploading(storage, server(t, congested(false))) {
		report, err := c.Lookup(t.Context(), placed)
		require.NoError(t, err, c.Name())
		require.Equal(t, carrier.NeverPlaced, report.Knowledge, c.Name())
		recent := placed
		recent.At = time.Now()
		report, err = c.Lookup(t.Context(), recent)
		require.NoError(t, err, c.Name())
		require.Equal(t, carrier.Running, report.Knowledge, "%s: the new call may be missing from the list still", c.Name())
		known := placed
		known.Ref = "old"
		report, err = c.Lookup(t.Context(), known)
		require.NoError(t, err, c.Name())
		require.Equal(t, carrier.Ended, report.Knowledge, c.Name())
		require.True(t, report.Outcome.NoChannel, c.Name())
		require.Equal(t, fax.NoRoute, report.Outcome.Code, c.Name())
	}
	for _, c := range uploading(storage, server(t, congested(true))) {
		report, err := c.Lookup(t.Context(), placed)
		require.NoError(t, err, c.Name())
		require.Equal(t, carrier.Report{Knowledge: carrier.Running, Ref: "new"}, report, c.Name())
	}
}
