package carriers_test

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"github.com/mintfax/mintfax/deploy/apiclient"
	"github.com/mintfax/mintfax/deploy/carrierfakes"
	"github.com/mintfax/mintfax/deploy/invariants"
	"github.com/mintfax/mintfax/shared/crashpoint"
)

// faults are what goes wrong between the dispatchers and the carrier.
var faults = carrierfakes.Faults{LostReplies: 0.3, LostRequests: 0.02, TooMany: 0.05, Broken: 0.02, Duplicates: 0.3, Reorder: 0.3, LostEvents: 0.1}

// around are the moments around the call at which a dispatcher is killed, each several times.
var around = []crashpoint.Point{
	crashpoint.AttemptBegun, crashpoint.AttemptPlacing, crashpoint.AttemptPlaced, crashpoint.AttemptBeforeCommit, crashpoint.AttemptFinished,
}

// stuck is how long after the faults have ended a fax may be on its way.
const stuck = 2 * time.Minute

func TestNoFaxIsSentTwiceOrLostWhateverHappensAroundTheCall(t *testing.T) {
	b := start(t)
	account := b.live(t, faxes)
	b.exchange.SetFaults(faults)
	ended := b.listen(t)
	accepted := make(chan string, faxes)
	var group errgroup.Group
	group.SetLimit(8)
	group.Go(func() error { return b.killAround(t, faxes) })
	for n := range faxes {
		group.Go(func() error {
			answer, err := b.client.SendFax(t.Context(), account.key, apiclient.Upload{
				To: fmt.Sprintf("+1212555%04d", 1000+n), FileName: "f.txt", File: []byte("hello\n"),
			}, apiclient.Header{Name: "Idempotency-Key", Value: fmt.Sprint(n)})
			for try := 0; err != nil || answer.Status >= 500 || answer.Status == http.StatusConflict; try++ {
				if try > 60 {
					return fmt.Errorf("fax %d is not accepted: %d %w", n, answer.Status, err)
				}
				time.Sleep(500 * time.Millisecond)
				answer, err = b.client.SendFax(t.Context(), account.key, apiclient.Upload{
					To: fmt.Sprintf("+1212555%04d", 1000+n), FileName: "f.txt", File: []byte("hello\n"),
				}, apiclient.Header{Name: "Idempotency-Key", Value: fmt.Sprint(n)})
			}
			var fax struct{ ID string }
			if answer.Status != http.StatusCreated {
				return fmt.Errorf("fax %d: %d %s", n, answer.Status, answer.Body)
			}
			if err := answer.Decode(&fax); err != nil {
				return err
			}
			accepted <- fax.ID
			return nil
		})
	}
	require.NoError(t, group.Wait())
	close(accepted)
	b.exchange.SetFaults(carrierfakes.Faults{})
	began := time.Now()
	require.Eventually(t, func() bool {
		return b.number(t, `SELECT count(*) FROM fax.faxes WHERE status NOT IN ('delivered', 'failed', 'canceled')`) == 0
	}, stuck, 200*time.Millisecond, "faxes are stuck")
	t.Logf("%d faxes ended %s after the faults", faxes, time.Since(began).Round(time.Second))

	successes := map[string]int{} // by fax
	for _, call := range b.exchange.Calls() {
		if call.Failure == "" {
			successes[b.faxOf(t, call.Attempt)]++
		}
	}
	b.settle(t)
	for id := range accepted {
		require.LessOrEqual(t, successes[id], 1, "%s was sent twice", id)
		status := b.text(t, `SELECT status FROM fax.faxes WHERE id = $1`, id)
		if status == "delivered" {
			require.Equal(t, 1, successes[id], id)
		}
		require.Equal(t, []string{status}, ended.of(id), "exactly one event of its end")
	}
	t.Logf("%d delivered, %d calls placed, %d deaths", b.number(t, `SELECT count(*) FROM fax.faxes WHERE status = 'delivered'`),
		len(b.exchange.Calls()), b.deaths.Load())
	require.Zero(t, b.number(t, `SELECT count(*) FROM fax.faxes WHERE status <> 'delivered' AND error_code <> 'unknown_outcome'`))
	require.Positive(t, b.deaths.Load())
	require.Less(t, b.number(t, `SELECT count(*) FROM fax.faxes WHERE status = 'failed'`), int64(faxes/10))
	broken, err := invariants.Check(t.Context(), invariants.Sources{
		DatabaseURL: b.whole.DatabaseURL(), AMQPURL: b.whole.Env()["AMQP_URL"], EmulatorURL: b.whole.Env()["STRIPE_API_URL"],
	})
	require.NoError(t, err)
	require.Empty(t, broken)
}
