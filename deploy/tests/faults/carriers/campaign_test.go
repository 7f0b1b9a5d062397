package carriers_test

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"github.com/mintfax/mintfax/deploy/fakes/carriers"
	"github.com/mintfax/mintfax/deploy/stack/apiclient"
	"github.com/mintfax/mintfax/deploy/tests/invariants"
	"github.com/mintfax/mintfax/shared/crashpoint"
)

// faults are what goes wrong between the dispatchers and the carriers.
var faults = carriers.Faults{LostReplies: 0.3, LostRequests: 0.02, TooMany: 0.05, Broken: 0.02, Duplicates: 0.3, Reorder: 0.3, LostEvents: 0.1}

// around are the moments around the call at which a dispatcher is killed, each several times.
var around = []crashpoint.Point{
	crashpoint.AttemptBegun, crashpoint.AttemptPlacing, crashpoint.AttemptPlaced, crashpoint.AttemptBeforeCommit, crashpoint.AttemptFinished,
}

const (
	// stuck is how long after the faults have ended a fax may be on its way.
	stuck = 2 * time.Minute
	// deathLimit is how long it may take until a crash point is reached; there are always faxes on their way to it.
	deathLimit = 2 * time.Minute
	atOnce     = 40 // requests, of which some wait for a dispatcher that has died
	// byBoth has faxes to area code 312 go by Sinch, which recovers otherwise than Telnyx, and all others by Telnyx.
	byBoth = "+1312=sinch;telnyx"
)

func TestNoFaxIsSentTwiceOrLostByTwoDispatchersWhateverHappensAroundTheCall(t *testing.T) {
	t.Parallel()
	campaign{processes: 2, telnyx: pairTelnyx, sinch: pairSinch, rounds: rounds}.run(t)
}

func TestNoFaxIsSentTwiceOrLostByOneDispatcherWhateverHappensAroundTheCall(t *testing.T) {
	t.Parallel()
	campaign{processes: 1, telnyx: singleTelnyx, sinch: singleSinch, rounds: rounds}.run(t)
}

// campaign sends faxes while much goes wrong and dispatchers die at each point around the call, in so many rounds.
type campaign struct {
	processes, telnyx, sinch, rounds int
}

func (c campaign) run(t *testing.T) {
	b := start(t, c.processes, byBoth)
	key := b.live(t, c.telnyx+c.sinch)
	require.NoError(t, b.fakes.SetFaults(t.Context(), faults))
	ended := b.listen(t)
	counted := map[string]*shares{}
	for service, counter := range work() {
		counted[service] = b.count(t, service, counter, c.processes)
	}
	began := time.Now()
	accepted, deaths := c.sendAndKill(t, b, key)
	t.Logf("%d faxes accepted in %s", len(accepted), time.Since(began).Round(time.Second))
	require.NoError(t, b.fakes.SetFaults(t.Context(), carriers.Faults{}))
	healed := time.Now()
	require.Eventually(t, func() bool {
		return b.number(t, `SELECT count(*) FROM fax.faxes WHERE status NOT IN ('delivered', 'failed', 'canceled')`) == 0
	}, stuck, 200*time.Millisecond, "faxes are stuck")
	t.Logf("all ended %s after the faults", time.Since(healed).Round(time.Second))
	b.settle(t)
	b.requireEachOnce(t, accepted, ended)
	require.Equal(t, len(around)*c.rounds, deaths)
	require.GreaterOrEqual(t, b.restarts(), deaths, "each death was one")
	for service, done := range counted {
		done.requireEach(t, service, c.processes)
	}
	broken, err := invariants.Check(t.Context(), invariants.Sources{
		DatabaseURL: b.instance.DatabaseURL(), AMQPURL: b.instance.Env()["AMQP_URL"], EmulatorURL: b.instance.Env()["STRIPE_API_URL"],
		FakesURL: b.fakes.URL,
	})
	require.NoError(t, err)
	require.Empty(t, broken)
}

// sendAndKill sends the faxes in as many parts as there are deaths, and has a dispatcher die while each is sent. What was
// asked of the one that died is not waited for: its customer tries again after a minute.
func (c campaign) sendAndKill(t *testing.T, b bench, key string) (accepted map[string]bool, deaths int) {
	t.Helper()
	all, parts := c.telnyx+c.sinch, len(around)*c.rounds
	ids := make([]string, all)
	var group errgroup.Group
	group.SetLimit(atOnce)
	for part := range parts {
		point := around[part%len(around)]
		file := filepath.Join(b.arms, string(point))
		require.NoError(t, os.WriteFile(file, nil, 0o600))
		for n := all * part / parts; n < all*(part+1)/parts; n++ {
			group.Go(func() (err error) {
				ids[n], err = b.retry(t, key, c.number(n), fmt.Sprint(n))
				return err
			})
		}
		require.Eventually(t, func() bool { _, err := os.Stat(file); return os.IsNotExist(err) },
			deathLimit, 20*time.Millisecond, "no dispatcher came by %s", point)
		deaths++
	}
	require.NoError(t, group.Wait())
	accepted = map[string]bool{}
	for _, id := range ids {
		accepted[id] = true
	}
	require.Len(t, accepted, all, "each has an id of its own")
	return accepted, deaths
}

// number spreads the faxes by Sinch over all of them.
func (c campaign) number(n int) string {
	all := c.telnyx + c.sinch
	if (n+1)*c.sinch/all > n*c.sinch/all {
		return fmt.Sprintf("+1312555%04d", 1000+n)
	}
	return fmt.Sprintf("+1212555%04d", 1000+n)
}

// retry sends a fax until it is accepted, as the API asks of a client.
func (b bench) retry(t *testing.T, key, to, idempotency string) (id string, err error) {
	for try := 0; ; try++ {
		answer, err := b.client.SendFax(t.Context(), key, apiclient.Upload{To: to, FileName: "f.txt", File: []byte("hello\n")},
			apiclient.Header{Name: "Idempotency-Key", Value: idempotency})
		switch {
		case err == nil && answer.Status == http.StatusCreated:
			var fax struct{ ID string }
			err := answer.Decode(&fax)
			return fax.ID, err
		case err == nil && answer.Status < 500 && answer.Status != http.StatusConflict:
			return "", fmt.Errorf("fax %s: %d %s", idempotency, answer.Status, answer.Body)
		case try > 120:
			return "", fmt.Errorf("fax %s is not accepted: %d %w", idempotency, answer.Status, err)
		}
		time.Sleep(500 * time.Millisecond)
	}
}

// requireEachOnce holds every accepted fax to one transmission and one end, which everybody hears.
func (b bench) requireEachOnce(t *testing.T, accepted map[string]bool, ended *ends) {
	t.Helper()
	calls, err := b.fakes.Calls(t.Context())
	require.NoError(t, err)
	faxOf := b.column(t, `SELECT id, fax_id FROM fax.attempts`)
	successes := map[string]int{} // by fax
	byCarrier := map[string]int{}
	for _, call := range calls {
		require.Contains(t, faxOf, call.Attempt, "a call of nobody")
		byCarrier[call.Carrier]++
		if call.Failure == "" {
			successes[faxOf[call.Attempt]]++
		}
	}
	statuses := b.column(t, `SELECT id, status FROM fax.faxes`)
	require.Len(t, statuses, len(accepted), "no fax that nobody was told of")
	for id := range accepted {
		require.Equal(t, "delivered", statuses[id], "all that goes wrong here passes, so every fax arrives: %s", id)
		require.Equal(t, 1, successes[id], "%s was sent so often", id)
		require.Equal(t, []string{"delivered"}, ended.of(id), "exactly one end of %s", id)
	}
	heard, repeated := ended.count()
	require.Equal(t, len(accepted), heard)
	require.Positive(t, byCarrier["telnyx"])
	require.Positive(t, byCarrier["sinch"])
	t.Logf("%d delivered, calls %v, %d attempts, %d dispatchers died, %d events came again",
		len(accepted), byCarrier, len(faxOf), b.restarts(), repeated)
}
