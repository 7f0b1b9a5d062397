package faults_test

import (
	"errors"
	"fmt"
	"net/url"

	"github.com/Shopify/toxiproxy/v2"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/rs/zerolog"

	"github.com/mintfax/mintfax/deploy/stack/servers"
)

// Front is a proxy before each server.
type Front struct {
	Postgres, RabbitMQ, Redis *Proxy

	addresses servers.Addresses
}

// New starts the proxies on free ports of loopback. RabbitMQ's management API has none.
func New(behind servers.Addresses) (*Front, error) {
	f := &Front{addresses: behind}
	server := toxiproxy.NewServer(toxiproxy.NewMetricsContainer(prometheus.NewRegistry()), zerolog.Nop())
	for _, part := range []struct {
		name    string
		proxy   **Proxy
		address *string
	}{
		{servers.Postgres, &f.Postgres, &f.addresses.Database},
		{servers.RabbitMQ, &f.RabbitMQ, &f.addresses.AMQP},
		{servers.Redis, &f.Redis, &f.addresses.Redis},
	} {
		parsed, err := url.Parse(*part.address)
		if err != nil {
			return nil, errors.Join(fmt.Errorf("the address of %s is not a URL", part.name), f.Close())
		}
		*part.proxy = &Proxy{toxiproxy.NewProxy(server, part.name, "127.0.0.1:0", parsed.Host)}
		if err := (*part.proxy).Restore(); err != nil {
			return nil, errors.Join(err, f.Close())
		}
		parsed.Host = (*part.proxy).toxic.Listen
		*part.address = parsed.String()
	}
	return f, nil
}

// Addresses are those of the servers, by way of the proxies.
func (f *Front) Addresses() servers.Addresses { return f.addresses }

// Close ends the proxies and what passes through them.
func (f *Front) Close() error {
	for _, proxy := range []*Proxy{f.Postgres, f.RabbitMQ, f.Redis} {
		if proxy != nil {
			proxy.Refuse()
		}
	}
	return nil
}
