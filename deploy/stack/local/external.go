package local

import (
	"context"
	"fmt"
	"net"
	"net/url"
	"time"
)

const externalTimeout = 30 * time.Second

// awaitExternal returns when every server that the environment names answers.
func (s *Servers) awaitExternal(ctx context.Context) error {
	named := s.options.External
	ctx, cancel := context.WithTimeout(ctx, externalTimeout)
	defer cancel()
	if named.Database != "" {
		if err := await(ctx, "the Postgres of DATABASE_URL", func() error { return pingPostgres(ctx, named.Database) }); err != nil {
			return err
		}
	}
	if named.AMQP != "" {
		if err := await(ctx, "the RabbitMQ of AMQP_URL", func() error { return dialURL(ctx, named.AMQP) }); err != nil {
			return err
		}
	}
	if named.Redis != "" {
		return await(ctx, "the Redis of REDIS_URL", func() error { return pingRedis(ctx, named.Redis) })
	}
	return nil
}

func await(ctx context.Context, what string, ask func() error) error {
	for {
		problem := ask()
		if problem == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("%s does not answer (waited %s): %w", what, externalTimeout, problem)
		case <-time.After(200 * time.Millisecond):
		}
	}
}

func dialURL(ctx context.Context, address string) error {
	parsed, err := url.Parse(address)
	if err != nil {
		return fmt.Errorf("it is not a URL")
	}
	port := parsed.Port()
	if port == "" {
		port = map[string]string{"amqp": "5672", "amqps": "5671"}[parsed.Scheme]
	}
	return dial(ctx, net.JoinHostPort(parsed.Hostname(), port))
}
