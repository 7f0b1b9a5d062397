package bus

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	amqp "github.com/rabbitmq/amqp091-go"
)

const (
	heartbeat     = 2 * time.Second
	retryInterval = 500 * time.Millisecond
	downLimit     = 5 * time.Minute
)

// Config says where the broker is and who connects.
type Config struct {
	URL     string
	Service string // shown in the broker's list of connections
	Log     *slog.Logger
	Metrics prometheus.Registerer // nil for none
}

// Conn is a service's connection to the broker: one AMQP connection to publish and one to consume, so
// that a broker which holds back publishers does not hold back deliveries. Both recover by themselves.
type Conn struct {
	log       *slog.Logger
	metrics   *metrics
	publish   *link
	consume   *link
	keepAlive *amqp.Channel // declared the topology; recovery declares it again from here
}

// Dial connects, trying again until ctx is done, and declares the whole topology.
func Dial(ctx context.Context, cfg Config) (*Conn, error) {
	c := &Conn{log: cfg.Log, metrics: newMetrics(cfg.Metrics)}
	var err error
	if c.publish, err = dialLink(ctx, cfg, "publish"); err != nil {
		return nil, err
	}
	if c.consume, err = dialLink(ctx, cfg, "consume"); err != nil {
		return nil, errors.Join(err, c.publish.close())
	}
	if c.keepAlive, err = c.consume.conn.Channel(); err != nil {
		return nil, errors.Join(fmt.Errorf("open a channel: %w", err), c.Close())
	}
	if err := declare(c.keepAlive); err != nil {
		return nil, errors.Join(err, c.Close())
	}
	return c, nil
}

// Ready returns nil when both connections are open and the broker takes messages.
func (c *Conn) Ready() error {
	return errors.Join(c.publish.ready(), c.consume.ready())
}

// Watch returns nil when ctx is done, and an error when the broker has been away for 5 minutes: the
// process should then end and be started afresh.
func (c *Conn) Watch(ctx context.Context) error {
	ticker := time.NewTicker(time.Second)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-ticker.C:
		}
		for _, l := range []*link{c.publish, c.consume} {
			if away := l.away(); away > downLimit {
				return fmt.Errorf("the broker has been away for %s", downLimit)
			}
		}
	}
}

// Close closes both connections.
func (c *Conn) Close() error {
	return errors.Join(c.publish.close(), c.consume.close())
}

func dialLink(ctx context.Context, cfg Config, role string) (*link, error) {
	properties := amqp.NewConnectionProperties()
	properties.SetClientConnectionName(cfg.Service + "." + role)
	for {
		conn, err := amqp.DialConfig(cfg.URL, amqp.Config{
			Heartbeat:  heartbeat,
			Properties: properties,
			Dial:       amqp.DefaultDial(3 * time.Second),
			Recovery: &amqp.Recovery{ReconnectionConfig: &amqp.ReconnectionConfig{
				MaxRetryCount: math.MaxInt32, RetryInterval: retryInterval,
			}},
		})
		if err == nil {
			return newLink(conn, cfg.Log.With("connection", role)), nil
		}
		cfg.Log.WarnContext(ctx, "the broker does not answer yet", "error", err)
		select {
		case <-ctx.Done():
			return nil, fmt.Errorf("connect to the broker: %w", err)
		case <-time.After(time.Second):
		}
	}
}
