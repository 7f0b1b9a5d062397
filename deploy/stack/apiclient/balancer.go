package apiclient

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/url"
	"sync/atomic"
	"time"
)

const probeInterval = 100 * time.Millisecond

// Balancer spreads requests over gateways as a load balancer does: in turns over those that say that
// they are ready, and to the next when a connection is refused.
type Balancer struct {
	gateways  []*backend
	next      atomic.Uint64
	transport http.RoundTripper
}

// Backend is one gateway.
type Backend struct {
	URL   string
	Ready func() string // the URL of its readiness, which may change
}

type backend struct {
	Backend

	host    string
	unready atomic.Bool
}

// NewBalancer looks at the gateways' readiness until ctx is done.
func NewBalancer(ctx context.Context, gateways []Backend) (*Balancer, error) {
	b := &Balancer{transport: &http.Transport{MaxIdleConnsPerHost: 256}}
	for _, gateway := range gateways {
		parsed, err := url.Parse(gateway.URL)
		if err != nil {
			return nil, err
		}
		one := &backend{Backend: gateway, host: parsed.Host}
		b.gateways = append(b.gateways, one)
		go one.watch(ctx)
	}
	return b, nil
}

// RoundTrip sends a request for a gateway to the next one; others go where they are meant to.
func (b *Balancer) RoundTrip(request *http.Request) (*http.Response, error) {
	if !b.isGateway(request.URL.Host) {
		return b.transport.RoundTrip(request)
	}
	var response *http.Response
	var err error
	for range b.gateways {
		to := b.pick()
		attempt := request.Clone(request.Context())
		attempt.URL.Host, attempt.Host = to.host, to.host
		if request.GetBody != nil {
			if attempt.Body, err = request.GetBody(); err != nil {
				return nil, err
			}
		}
		if response, err = b.transport.RoundTrip(attempt); err == nil || !dialFailed(err) {
			return response, err
		}
		to.unready.Store(true)
	}
	return response, err
}

// pick is the next ready gateway, or just the next when none is ready.
func (b *Balancer) pick() *backend {
	for range b.gateways {
		if one := b.nextInRotation(); !one.unready.Load() {
			return one
		}
	}
	return b.nextInRotation()
}

func (b *Balancer) nextInRotation() *backend {
	return b.gateways[b.next.Add(1)%uint64(len(b.gateways))]
}

func (b *Balancer) isGateway(host string) bool {
	for _, one := range b.gateways {
		if one.host == host {
			return true
		}
	}
	return false
}

func (b *backend) watch(ctx context.Context) {
	client := http.Client{Timeout: time.Second}
	for ctx.Err() == nil {
		response, err := client.Get(b.Ready())
		if err == nil {
			response.Body.Close()
		}
		b.unready.Store(err != nil || response.StatusCode != http.StatusOK)
		time.Sleep(probeInterval)
	}
}

// dialFailed reports whether the connection was never made, so that nothing of the request was sent.
func dialFailed(err error) bool {
	failed, ok := errors.AsType[*net.OpError](err)
	return ok && failed.Op == "dial"
}
