//go:build long

package hostile_test

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/deploy/stack"
	"github.com/mintfax/mintfax/deploy/stack/apiclient"
	"github.com/mintfax/mintfax/deploy/tests/hostile"
	"github.com/mintfax/mintfax/deploy/tests/invariants"
)

const (
	siegeLength = 10 * time.Minute
	faxInterval = 500 * time.Millisecond // between two faxes of the customer

	acceptedIn = 3 * time.Second // 99 of 100 faxes of the customer

	gatewayMemory  = 512 << 20
	dispatchMemory = 2 << 30 // with the processes that render and LibreOffice
	stagingLeft    = 5 * (128 << 20)
)

// Five free accounts and twenty addresses do all that harms at once. A customer who pays has every fax accepted in time
// and delivered, memory and disk stay bounded, and afterwards all that must be true is true.
func TestAPayingCustomerNoticesNothingOfASiege(t *testing.T) {
	besieged := startSiege(t)
	home := besieged.clientAt("127.0.2.1")
	victim, liveKey := customer(t, home)
	checkout, err := home.OpenCheckout(t.Context(), victim, "starter")
	require.NoError(t, err)
	var accounts []apiclient.Account
	for n := range 5 {
		accounts = append(accounts, registerWith(t, besieged.clientAt(outsider(n))))
	}
	all := besieged.attacks(t, accounts, victim, checkout.ID)
	memory := map[string]*hostile.Monitor{}
	for _, service := range []string{stack.Gateway, stack.Auth, stack.Billing, stack.Wallet, stack.FaxDispatch} {
		memory[service] = hostile.StartMonitor(besieged.Process(service, 1).Pid())
	}

	besieging, end := context.WithTimeout(t.Context(), siegeLength)
	defer end()
	counts := make([]atomic.Int64, len(all))
	var attackers sync.WaitGroup
	for i, a := range all {
		for n := range a.attackers {
			attackers.Go(func() {
				for besieging.Err() == nil {
					a.once(besieging, n)
					counts[i].Add(1)
				}
			})
		}
	}
	sent := sendUntil(besieging, t, home, liveKey)
	attackers.Wait()

	for i, a := range all {
		t.Logf("%8d  %s", counts[i].Load(), a.name)
	}
	for _, service := range slices.Sorted(maps.Keys(memory)) {
		most := memory[service].PeakMemory()
		memory[service].Stop()
		t.Logf("%6d MB  %s at its most", most>>20, service)
		limit := int64(gatewayMemory)
		if service == stack.FaxDispatch {
			limit = dispatchMemory
		}
		require.Less(t, most, limit, service)
	}
	t.Logf("%d faxes of the customer, accepted: %s", len(sent.took), sent)
	require.Empty(t, sent.problems)
	require.Less(t, sent.quantile(0.99), acceptedIn)
	sent.requireDelivered(t, home, liveKey)

	staging := bytesIn(besieged.Settings().Documents + "/staging")
	t.Logf("%6d MB in staging", staging>>20)
	require.LessOrEqual(t, staging, int64(stagingLeft), "previews have a share")
	broken, err := invariants.Check(t.Context(), invariants.Sources{
		DatabaseURL: besieged.DatabaseURL(), AMQPURL: besieged.Env()["AMQP_URL"], EmulatorURL: besieged.Env()["STRIPE_API_URL"], Quiet: 2 * time.Minute,
	})
	require.NoError(t, err)
	require.Empty(t, broken)
}

// outbound is what the customer has sent.
type outbound struct {
	mu       sync.Mutex
	took     []time.Duration
	ids      []string
	problems []string
}

// sendUntil sends a live fax each faxInterval until ctx is done.
func sendUntil(ctx context.Context, t *testing.T, c *apiclient.Client, key string) *outbound {
	t.Helper()
	sent := &outbound{}
	var sending sync.WaitGroup
	ticker := time.NewTicker(faxInterval)
	defer ticker.Stop()
	for n := 0; ; n++ {
		select {
		case <-ctx.Done():
			sending.Wait()
			return sent
		case <-ticker.C:
			sending.Go(func() { sent.send(t.Context(), c, key, fmt.Sprintf("+1212555%04d", 1000+n%8000)) })
		}
	}
}

func (o *outbound) send(ctx context.Context, c *apiclient.Client, key, to string) {
	began := time.Now()
	answer, err := c.SendFax(ctx, key, apiclient.Upload{To: to, FileName: "f.txt", File: []byte("Hello.\n")})
	took := time.Since(began)
	var fax struct{ ID string }
	if err == nil && answer.Status == http.StatusCreated {
		err = answer.Decode(&fax)
	} else if err == nil {
		err = fmt.Errorf("%d %.200s", answer.Status, answer.Body)
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	o.took = append(o.took, took)
	if err != nil {
		o.problems = append(o.problems, err.Error())
		return
	}
	o.ids = append(o.ids, fax.ID)
}

func (o *outbound) quantile(q float64) time.Duration {
	sorted := slices.SortedFunc(slices.Values(o.took), cmp.Compare[time.Duration])
	if len(sorted) == 0 {
		return 0
	}
	return sorted[int(q*float64(len(sorted)-1))]
}

func (o *outbound) String() string {
	return fmt.Sprintf("median %s, p99 %s, slowest %s", o.quantile(0.5), o.quantile(0.99), o.quantile(1))
}

func (o *outbound) requireDelivered(t *testing.T, c *apiclient.Client, key string) {
	t.Helper()
	require.NotEmpty(t, o.ids)
	for _, id := range o.ids {
		var fax struct{ Status string }
		require.Eventually(t, func() bool {
			answer, err := c.Do(t.Context(), http.MethodGet, "/v1/faxes/"+id, key, nil)
			return err == nil && answer.Decode(&fax) == nil && fax.Status == "delivered"
		}, time.Minute, 200*time.Millisecond, id)
	}
}
