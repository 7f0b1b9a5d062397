package faults_test

import (
	"errors"
	"fmt"
	"net/url"

	"github.com/Shopify/toxiproxy/v2"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/rs/zerolog"

	"github.com/mintfax/mintfax/deploy/stack/local"
)

// proxies is a proxy before each server.
type proxies struct {
	postgres, rabbitmq, redis *proxy

	addresses local.Addresses
}

// newProxies starts the proxies on free ports of loopback. rabbitmq's management API has none.
func newProxies(behind local.Addresses) (*proxies, error) {
	f := &proxies{addresses: behind}
	server := toxiproxy.NewServer(toxiproxy.NewMetricsContainer(prometheus.NewRegistry()), zerolog.Nop())
	for _, part := range []struct {
		name    string
		proxy   **proxy
		address *string
	}{
		{local.Postgres, &f.postgres, &f.addresses.Database},
		{local.RabbitMQ, &f.rabbitmq, &f.addresses.AMQP},
		{local.Redis, &f.redis, &f.addresses.Redis},
	} {
		parsed, err := url.Parse(*part.address)
		if err != nil {
			return nil, errors.Join(fmt.Errorf("the address of %s is not a URL", part.name), f.close())
		}
		*part.proxy = &proxy{toxiproxy.NewProxy(server, part.name, "127.0.0.1:0", parsed.Host)}
		if err := (*part.proxy).restore(); err != nil {
			return nil, errors.Join(err, f.close())
		}
		parsed.Host = (*part.proxy).toxic.Listen
		*part.address = parsed.String()
	}
	return f, nil
}

// frontAddresses are the servers' addresses through the proxies.
func (f *proxies) frontAddresses() local.Addresses { return f.addresses }

// close ends the proxies and what passes through them.
func (f *proxies) close() error {
	for _, proxy := range []*proxy{f.postgres, f.rabbitmq, f.redis} {
		if proxy != nil {
			proxy.refuse()
		}
	}
	return nil
}
