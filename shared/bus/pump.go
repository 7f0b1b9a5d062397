package bus

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	amqp "github.com/rabbitmq/amqp091-go"
)

// giveBackLimit bounds the wait for the broker to confirm that it has stopped delivering.
const giveBackLimit = 2 * time.Second

var (
	errDeliveryEnded = errors.New("the broker ended the delivery")
	errNotFinished   = errors.New("messages in hand were not finished in time; the broker will deliver them again")
)

// pump consumes one queue and handles a bounded number of deliveries at a time.
type pump struct {
	link        *link
	log         *slog.Logger
	queue       Queue
	concurrency int
	drainLimit  time.Duration
	handle      func(ctx context.Context, d *amqp.Delivery)
	prepare     func(ch *amqp.Channel) (Queue, error) // declares the queue before each subscription; nil if it exists

	ch     *amqp.Channel
	broken chan *amqp.Error // one for each time that ch was closed
	slots  chan struct{}
	inHand sync.WaitGroup
}

func newPump(c *Conn, queue Queue, concurrency int, handle func(context.Context, *amqp.Delivery)) *pump {
	return &pump{
		link: c.consume, log: c.log, queue: queue, concurrency: concurrency, drainLimit: c.limits.drain, handle: handle,
		slots: make(chan struct{}, concurrency),
	}
}

// run pumps until ctx is done, then requeues the deliveries that are not started and finishes those in
// progress. One that takes longer than drainLimit is abandoned: its context ends, and the broker redelivers it.
func (p *pump) run(ctx context.Context) error {
	handling, abandon := context.WithCancel(context.WithoutCancel(ctx))
	defer abandon()
	for ctx.Err() == nil {
		err := p.subscribeAndPump(ctx, handling)
		if ctx.Err() != nil {
			break
		}
		if !errors.Is(err, errAway) { // the link has logged it
			p.log.WarnContext(ctx, "consuming was interrupted; retrying", "queue", string(p.queue), "error", err)
		}
		wait(ctx, retryInterval)
	}
	return p.drain()
}

func (p *pump) drain() error {
	finished := make(chan struct{})
	go func() { p.inHand.Wait(); close(finished) }()
	select {
	case <-finished:
		return nil
	case <-time.After(p.drainLimit):
		return errNotFinished
	}
}

// subscribeAndPump returns when ctx is done or the subscription ends, which it does with its channel.
func (p *pump) subscribeAndPump(ctx, handling context.Context) error {
	sub, err := p.subscribe()
	if err != nil {
		return err
	}
	for {
		d, err := p.next(ctx, sub)
		if ctx.Err() != nil {
			p.giveBack(sub, d)
			return nil
		}
		if err != nil {
			sub.end()
			return err
		}
		p.inHand.Go(func() {
			defer func() { <-p.slots }()
			p.handle(deliveryContext(handling, d), d)
		})
	}
}

func (p *pump) subscribe() (*subscription, error) {
	if err := p.open(); err != nil {
		return nil, err
	}
	for len(p.broken) > 0 {
		<-p.broken //nolint:errcheck // the channel carries errors; this only empties it
	}
	sub := &subscription{link: p.link, ch: p.ch}
	err := p.link.on(p.ch, func() (err error) {
		if p.prepare != nil {
			if p.queue, err = p.prepare(p.ch); err != nil {
				return err
			}
		}
		if err := p.ch.Qos(2*p.concurrency, 0, false); err != nil {
			return err
		}
		sub.deliveries, err = p.ch.Consume(string(p.queue), string(p.queue), false, false, false, false, nil)
		return err
	})
	return sub, err
}

func (p *pump) open() error {
	if p.ch != nil {
		return nil
	}
	ch, err := p.link.channel()
	if err != nil {
		return err
	}
	p.ch, p.broken = ch, ch.NotifyClose(make(chan *amqp.Error, 16))
	return nil
}

// next waits for a free slot and then for a delivery. It skips a delivery whose connection has broken since,
// because the broker redelivers it.
func (p *pump) next(ctx context.Context, sub *subscription) (*amqp.Delivery, error) {
	select {
	case p.slots <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	d, err := p.nextDelivery(ctx, sub)
	if err != nil {
		<-p.slots
	}
	return d, err
}

func (p *pump) nextDelivery(ctx context.Context, sub *subscription) (*amqp.Delivery, error) {
	select {
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-p.broken: //nolint:errcheck // only the notification matters
		return nil, errDeliveryEnded
	case d, open := <-sub.deliveries:
		if !open || len(p.broken) > 0 {
			return nil, errDeliveryEnded
		}
		d.Acknowledger = sub
		return &d, ctx.Err() // ctx may have ended at the same moment
	}
}

// giveBack requeues d and all prefetched deliveries, until the broker stops delivering.
func (p *pump) giveBack(sub *subscription, d *amqp.Delivery) {
	go p.cancel()
	if d != nil {
		_ = d.Nack(false, true)
	}
	limit := time.After(giveBackLimit)
	for {
		select {
		case d, open := <-sub.deliveries:
			if !open {
				return
			}
			_ = d.Nack(false, true)
		case <-limit:
			return
		}
	}
}

func (p *pump) cancel() {
	if err := p.link.on(p.ch, func() error { return p.ch.Cancel(string(p.queue), false) }); err != nil {
		p.log.Warn("the consumer could not be cancelled", "queue", string(p.queue), "error", err)
	}
}
