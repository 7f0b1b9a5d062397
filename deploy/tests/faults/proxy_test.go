package faults_test

import (
	"context"
	"errors"
	"strings"

	"github.com/Shopify/toxiproxy/v2"
)

// proxy forwards everything until a fault is injected.
type proxy struct {
	toxic *toxiproxy.Proxy
}

// resetConnections breaks every connection. newProxies ones pass.
func (p *proxy) resetConnections() error {
	p.refuse()
	return p.restore()
}

// refuse breaks every connection and refuses new ones, as a server that is not there.
func (p *proxy) refuse() { p.toxic.Stop() }

// restore accepts connections again after refuse.
func (p *proxy) restore() error {
	if err := p.toxic.Start(); !errors.Is(err, toxiproxy.ErrProxyAlreadyStarted) {
		return err
	}
	return nil
}

// drop drops everything in both directions without an error, as a network that loses
// packets. Connections are accepted.
func (p *proxy) drop() error {
	for _, stream := range []string{"upstream", "downstream"} {
		toxic := `{"name": "swallow_` + stream + `", "type": "timeout", "stream": "` + stream + `", "attributes": {"timeout": 0}}`
		if _, err := p.toxic.Toxics.AddToxicJson(strings.NewReader(toxic)); err != nil {
			return err
		}
	}
	return nil
}

// stopDropping ends drop. The connections of that time break, and what was swallowed is lost.
func (p *proxy) stopDropping(ctx context.Context) error {
	p.toxic.Toxics.ResetToxics(ctx)
	return nil
}
