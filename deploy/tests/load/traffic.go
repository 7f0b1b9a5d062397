package load

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/mintfax/mintfax/deploy/stack"
	"github.com/mintfax/mintfax/deploy/stack/apiclient"
)

// Rates are what the customers do each second, all together. Half of the faxes are live.
type Rates struct {
	Faxes, Purchases, Reads float64
}

// Traffic is the customers at work.
type Traffic struct {
	client *apiclient.Client
	senders
	journal

	retryTimeout time.Duration
	stop         context.CancelFunc
	loops        sync.WaitGroup
}

// sendersCount spreads faxes over accounts, whose pools are locked for each hold.
const sendersCount = 4

// Start prepares a few accounts with credits and sets the customers to work. Who gets no answer, or one
// that says so, tries again, each for at most patience. A client of several gateways is Client's.
func Start(ctx context.Context, client *apiclient.Client, rates Rates, patience time.Duration) (*Traffic, error) {
	t := &Traffic{client: client, retryTimeout: patience}
	t.journal.init()
	for range sendersCount {
		one, err := newSender(ctx, client)
		if err != nil {
			return nil, fmt.Errorf("prepare a sender: %w", err)
		}
		t.senders = append(t.senders, one)
	}
	working, stop := context.WithCancel(context.WithoutCancel(ctx))
	t.stop = stop
	t.loop(working, "faxes", rates.Faxes, t.sendFax)
	t.loop(working, "purchases", rates.Purchases, t.purchase)
	t.loop(working, "reads", rates.Reads, t.read)
	return t, nil
}

// Stop ends the traffic, waits for work in flight, and returns what was offered and done.
func (t *Traffic) Stop() []string {
	t.stop()
	t.loops.Wait()
	return t.summary()
}

func (t *Traffic) loop(ctx context.Context, name string, perSecond float64, piece func(context.Context, int)) {
	if perSecond == 0 {
		return
	}
	t.loops.Go(func() {
		report := Run(ctx, Rate{PerSecond: perSecond, MaxInFlight: 2000}, piece)
		t.note(fmt.Sprintf("%s: %s", name, report))
	})
}

// Client returns a client of all gateways of an instance, which looks at their readiness until ctx is done.
func Client(ctx context.Context, instance *stack.Instance) (*apiclient.Client, error) {
	var backends []apiclient.Backend
	for i, url := range instance.GatewayURLs() {
		replica := instance.Process(stack.Gateway, i+1)
		backends = append(backends, apiclient.Backend{URL: url, Ready: func() string { return replica.InternalURL() + "/readyz" }})
	}
	balancer, err := apiclient.NewBalancer(ctx, backends)
	if err != nil {
		return nil, err
	}
	return apiclient.New(instance.GatewayURL(), instance.MailDir()).SetTransport(balancer), nil
}
