package faults_test

import (
	"context"
	"errors"
	"strings"

	"github.com/Shopify/toxiproxy/v2"
)

// Proxy passes everything on until it is told otherwise.
type Proxy struct {
	toxic *toxiproxy.Proxy
}

// Cut breaks every connection. New ones pass.
func (p *Proxy) Cut() error {
	p.Refuse()
	return p.Restore()
}

// Refuse breaks every connection and refuses new ones, as a server that is not there.
func (p *Proxy) Refuse() { p.toxic.Stop() }

// Restore accepts connections again after Refuse.
func (p *Proxy) Restore() error {
	if err := p.toxic.Start(); !errors.Is(err, toxiproxy.ErrProxyAlreadyStarted) {
		return err
	}
	return nil
}

// Swallow lets nothing through in either direction, and lets nobody know, as a network that drops
// packets. Connections are accepted.
func (p *Proxy) Swallow() error {
	for _, stream := range []string{"upstream", "downstream"} {
		toxic := `{"name": "swallow_` + stream + `", "type": "timeout", "stream": "` + stream + `", "attributes": {"timeout": 0}}`
		if _, err := p.toxic.Toxics.AddToxicJson(strings.NewReader(toxic)); err != nil {
			return err
		}
	}
	return nil
}

// Deliver ends Swallow. The connections of that time break, and what was swallowed is lost.
func (p *Proxy) Deliver(ctx context.Context) error {
	p.toxic.Toxics.ResetToxics(ctx)
	return nil
}
