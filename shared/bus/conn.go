package bus

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	amqp "github.com/rabbitmq/amqp091-go"
)

// Config has the address of the broker and the name of the client.
type Config struct {
	URL     string
	Service string // shown in the broker's list of connections
	Log     *slog.Logger
	Metrics prometheus.Registerer // nil for none
}

// Conn is a service's connection to the broker: one AMQP connection to publish and one to consume, so
// that flow control on publishers does not delay deliveries. Both reconnect automatically.
type Conn struct {
	log     *slog.Logger
	metrics *metrics
	limits  limits
	publish *link
	consume *link
	dead    deadReader
	down    chan error
	stop    context.CancelFunc
}

// limits are timeouts that tests shorten.
type limits struct {
	down  time.Duration // how long the broker may be unavailable
	drain time.Duration // how long messages in progress may take once a service stops
}

func defaultLimits() limits {
	return limits{down: 5 * time.Minute, drain: 10 * time.Second}
}

// Dial connects, retrying until ctx is done, and declares the whole topology.
func Dial(ctx context.Context, cfg Config) (*Conn, error) {
	return dial(ctx, cfg, defaultLimits())
}

func dial(ctx context.Context, cfg Config, limits limits) (*Conn, error) {
	metrics, err := newMetrics(cfg.Metrics)
	if err != nil {
		return nil, fmt.Errorf("register metrics: %w", err)
	}
	c := &Conn{log: cfg.Log, metrics: metrics, limits: limits, down: make(chan error, 1)}
	// On this connection the library's recovery declares the topology again, in case the broker lost it.
	if c.publish, err = dialLink(ctx, cfg, "publish", amqp.TopologyRecoveryAllEnabled); err != nil {
		return nil, err
	}
	// On this one the pumps resubscribe themselves. If the library's recovery did so, acknowledgements of deliveries
	// from before a break would apply to new deliveries with the same tags.
	if c.consume, err = dialLink(ctx, cfg, "consume", amqp.TopologyRecoveryDisabled); err != nil {
		return nil, errors.Join(err, c.publish.close())
	}
	if err := c.declareTopology(ctx); err != nil {
		return nil, errors.Join(err, c.publish.close(), c.consume.close())
	}
	watching, stop := context.WithCancel(context.WithoutCancel(ctx))
	c.stop = stop
	go c.watch(watching)
	if cfg.Metrics != nil {
		go c.countDeadLetters(watching)
	}
	return c, nil
}

// Ready returns nil when both connections are open and the broker accepts messages.
func (c *Conn) Ready() error {
	return errors.Join(c.publish.ready(), c.consume.ready())
}

// Down yields an error, at most once, when the broker has been unavailable for 5 minutes or a connection
// cannot be recovered. The process should then exit and be restarted.
func (c *Conn) Down() <-chan error { return c.down }

// Watch returns nil when ctx is done, and an error when Down yields one.
func (c *Conn) Watch(ctx context.Context) error {
	select {
	case <-ctx.Done():
		return nil
	case err := <-c.down:
		return err
	}
}

// Close closes both connections. Call it after servers and consumers have returned.
func (c *Conn) Close() error {
	c.stop()
	return errors.Join(c.publish.close(), c.consume.close())
}

func (c *Conn) watch(ctx context.Context) {
	for ctx.Err() == nil {
		for _, l := range []*link{c.publish, c.consume} {
			if l.lost.Load() {
				c.down <- errors.New("the connection to the broker could not be recovered")
				return
			}
			if l.away() > c.limits.down {
				c.down <- fmt.Errorf("the broker has been unreachable for %s", c.limits.down)
				return
			}
		}
		wait(ctx, min(time.Second, c.limits.down))
	}
}

// declareTopology retries until ctx is done: a broker that has just started may not be ready yet.
func (c *Conn) declareTopology(ctx context.Context) error {
	ch, err := c.publish.channel() // recovery declares again what this channel declared
	if err != nil {
		return err
	}
	for {
		err := c.publish.on(ch, func() error { return declare(ch) })
		if err == nil || isRefusal(err) {
			return err
		}
		c.log.WarnContext(ctx, "the topology could not be declared; retrying", "error", err)
		wait(ctx, time.Second)
		if ctx.Err() != nil {
			return err
		}
	}
}

// isRefusal reports whether an error is permanent, such as a queue that exists with other arguments.
func isRefusal(err error) bool {
	var refused *amqp.Error
	return errors.As(err, &refused) && (refused.Code == amqp.PreconditionFailed || refused.Code == amqp.AccessRefused)
}

func wait(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	}
}

// bounded gives ctx a deadline if it has none.
func bounded(ctx context.Context, limit time.Duration) (context.Context, context.CancelFunc) {
	if _, has := ctx.Deadline(); has {
		return ctx, func() {}
	}
	return context.WithTimeout(ctx, limit)
}
