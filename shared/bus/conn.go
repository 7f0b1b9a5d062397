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
	log     *slog.Logger
	metrics *metrics
	limits  limits
	publish *link
	consume *link
	dead    deadReader
	down    chan error
	stop    context.CancelFunc
}

// limits are waits that tests shorten.
type limits struct {
	down  time.Duration // how long the broker may be away
	drain time.Duration // how long what is in hand may take once a service stops
}

func defaultLimits() limits {
	return limits{down: 5 * time.Minute, drain: 10 * time.Second}
}

// Dial connects, trying again until ctx is done, and declares the whole topology.
func Dial(ctx context.Context, cfg Config) (*Conn, error) {
	return dial(ctx, cfg, defaultLimits())
}

func dial(ctx context.Context, cfg Config, limits limits) (*Conn, error) {
	metrics, err := newMetrics(cfg.Metrics)
	if err != nil {
		return nil, fmt.Errorf("register metrics: %w", err)
	}
	c := &Conn{log: cfg.Log, metrics: metrics, limits: limits, down: make(chan error, 1)}
	// Recovery declares the topology again here, for a broker that comes back with nothing.
	if c.publish, err = dialLink(ctx, cfg, "publish", amqp.TopologyRecoveryAllEnabled); err != nil {
		return nil, err
	}
	// Here the pumps subscribe again themselves. Were it left to recovery, deliveries from before a
	// break would mix with new ones that have the same tags, and acknowledge them.
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

// Ready returns nil when both connections are open and the broker takes messages.
func (c *Conn) Ready() error {
	return errors.Join(c.publish.ready(), c.consume.ready())
}

// Down yields an error when the broker has been away for 5 minutes or cannot be recovered: the process
// should then end and be started afresh. It yields at most once.
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

// Close closes both connections. Servers and consumers should have returned before.
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
				c.down <- fmt.Errorf("the broker has been away for %s", c.limits.down)
				return
			}
		}
		wait(ctx, min(time.Second, c.limits.down))
	}
}

// declareTopology tries until ctx is done: a broker that has just started may not be able to, yet.
func (c *Conn) declareTopology(ctx context.Context) error {
	ch, err := c.publish.channel() // what recovery declares again belongs to it
	if err != nil {
		return err
	}
	for {
		err := c.publish.on(ch, func() error { return declare(ch) })
		if err == nil || isRefusal(err) {
			return err
		}
		c.log.WarnContext(ctx, "the topology could not be declared; it will be tried again", "error", err)
		wait(ctx, time.Second)
		if ctx.Err() != nil {
			return err
		}
	}
}

// isRefusal tells a definite no, such as a queue that exists with other arguments, from bad luck.
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
