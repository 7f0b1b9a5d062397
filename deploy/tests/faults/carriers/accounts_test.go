package carriers_test

import (
	"bytes"
	"io"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/deploy/fakes/carriers"
	"github.com/mintfax/mintfax/deploy/stack"
	"github.com/mintfax/mintfax/deploy/stack/apiclient"
)

// patience is for a loaded machine; nothing here takes so long.
const patience = time.Minute

// What carriers say of the operator's account reaches the operator, and costs a fax no more than it must.
func TestWhatCarriersSayOfTheOperatorsAccountReachesTheOperator(t *testing.T) {
	t.Parallel()
	b := start(t, 1, "telnyx,sinch")
	key := b.live(t, 10)

	require.NoError(t, b.fakes.SetFaults(t.Context(), carriers.Faults{Account: 1}))
	refused := b.send(t, key, "+16465551234")
	require.Eventually(t, func() bool {
		said := b.metrics(t)
		return bytes.Contains(said, []byte(`mintfax_carrier_account_failures_total{carrier="telnyx",word="http_403"}`)) &&
			bytes.Contains(said, []byte(`mintfax_carrier_account_failures_total{carrier="sinch",word="http_402"}`))
	}, patience, 100*time.Millisecond)
	require.Empty(t, b.calls(t, "+16465551234"))
	require.NoError(t, b.fakes.SetFaults(t.Context(), carriers.Faults{}))
	require.Equal(t, "delivered", b.end(t, refused), "the operator has paid")

	require.Equal(t, "failed", b.end(t, b.send(t, key, "+16465550109")))
	require.EqualValues(t, 1, b.number(t, `SELECT count(*) FROM fax.faxes WHERE error_code = 'no_route' AND error_subcode = 'FAX_ERROR_46' AND attempts_made = 1`))
	var by []string
	for _, call := range b.calls(t, "+16465550109") {
		by = append(by, call.Carrier)
	}
	require.Equal(t, []string{"telnyx", "sinch"}, by, "each was asked once")
	require.Contains(t, string(b.metrics(t)), `{carrier="telnyx",word="outbound_profile_daily_spend_limit_exceeded"} 1`)
}

func TestAfterABadAnswerToECMTheNextAttemptGoesWithoutT38(t *testing.T) {
	t.Parallel()
	b := start(t, 1, "telnyx")
	require.Equal(t, "delivered", b.end(t, b.send(t, b.live(t, 1), "+16465550106")))
	calls := b.calls(t, "+16465550106")
	require.Len(t, calls, 2)
	require.Equal(t, []bool{true, false}, []bool{calls[0].T38, calls[1].T38})
}

func (b bench) send(t *testing.T, key, to string) (id string) {
	t.Helper()
	answer, err := b.client.SendFax(t.Context(), key, apiclient.Upload{To: to, FileName: "f.txt", File: []byte("hello\n")})
	require.NoError(t, err)
	require.Equal(t, http.StatusCreated, answer.Status, "%s", answer.Body)
	var fax struct{ ID string }
	require.NoError(t, answer.Decode(&fax))
	return fax.ID
}

// end waits for the end of a fax and returns its status.
func (b bench) end(t *testing.T, id string) (status string) {
	t.Helper()
	require.Eventually(t, func() bool {
		return b.number(t, `SELECT count(*) FROM fax.faxes WHERE id = $1 AND completed_at IS NOT NULL`, id) == 1
	}, patience, 100*time.Millisecond)
	return b.column(t, `SELECT id, status FROM fax.faxes`)[id]
}

// calls are those that were placed to a number.
func (b bench) calls(t *testing.T, to string) (placed []carriers.Call) {
	t.Helper()
	all, err := b.fakes.Calls(t.Context())
	require.NoError(t, err)
	for _, call := range all {
		if call.To == to {
			placed = append(placed, call)
		}
	}
	return placed
}

// metrics are those of the dispatcher.
func (b bench) metrics(t *testing.T) []byte {
	t.Helper()
	response, err := http.Get(b.instance.Process(stack.FaxDispatch, 1).InternalURL() + "/metrics") //nolint:noctx // in a test
	require.NoError(t, err)
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	return body
}
