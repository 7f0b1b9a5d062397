package bus

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	amqp "github.com/rabbitmq/amqp091-go"
)

// drainLimit bounds how long what is in hand may take once a service stops.
const drainLimit = 10 * time.Second

// pump takes deliveries from one queue and has a bounded number of them in hand at a time.
type pump struct {
	link        *link
	log         *slog.Logger
	queue       Queue
	concurrency int
	handle      func(ctx context.Context, d *held)
}

// held is a delivery in hand. It is settled on the connection it came on, or not at all: the broker
// delivers again what a lost connection left open.
type held struct {
	*amqp.Delivery
	link       *link
	generation uint64
}

func (h *held) ack() {
	if h.link.generation.Load() == h.generation {
		_ = h.Ack(false)
	}
}

func (h *held) requeue() {
	if h.link.generation.Load() == h.generation {
		_ = h.Nack(false, true)
	}
}

// run pumps until ctx is done, then finishes what is in hand and gives back what is not begun.
func (p *pump) run(ctx context.Context) error {
	handling, stop := context.WithCancel(context.WithoutCancel(ctx))
	defer stop()
	var inHand sync.WaitGroup
	slots := make(chan struct{}, p.concurrency)
	for ctx.Err() == nil {
		if err := p.consume(ctx, handling, slots, &inHand); err != nil && ctx.Err() == nil {
			p.log.WarnContext(ctx, "consuming was interrupted; it will be tried again", "queue", string(p.queue), "error", err)
			wait(ctx, time.Second)
		}
	}
	done := make(chan struct{})
	go func() { inHand.Wait(); close(done) }()
	select {
	case <-done:
		return nil
	case <-time.After(drainLimit):
		return errors.New("messages in hand were not finished in time; the broker will deliver them again")
	}
}

func (p *pump) consume(ctx, handling context.Context, slots chan struct{}, inHand *sync.WaitGroup) error {
	if err := p.link.ready(); err != nil {
		return err
	}
	ch, err := p.link.conn.Channel()
	if err != nil {
		return err
	}
	if err := ch.Qos(2*p.concurrency, 0, false); err != nil {
		return errors.Join(err, ch.Close())
	}
	tag := string(p.queue)
	deliveries, err := ch.Consume(string(p.queue), tag, false, false, false, false, nil)
	if err != nil {
		return errors.Join(err, ch.Close())
	}
	for {
		select {
		case <-ctx.Done():
			go p.cancel(ch, tag)
			p.giveBack(deliveries)
			inHand.Wait()
			return ch.Close()
		case d, open := <-deliveries:
			if !open {
				return errors.New("the broker ended the delivery")
			}
			h := &held{Delivery: &d, link: p.link, generation: p.link.generation.Load()}
			select {
			case slots <- struct{}{}:
			case <-ctx.Done():
				h.requeue()
				continue
			}
			inHand.Go(func() {
				defer func() { <-slots }()
				p.handle(deliveryContext(handling, &d), h)
			})
		}
	}
}

func (p *pump) cancel(ch *amqp.Channel, tag string) {
	if err := ch.Cancel(tag, false); err != nil {
		p.log.Warn("the consumer could not be cancelled", "queue", string(p.queue), "error", err)
	}
}

// giveBack returns what was delivered ahead, until the cancellation has closed deliveries.
func (p *pump) giveBack(deliveries <-chan amqp.Delivery) {
	limit := time.After(2 * time.Second) // a broker that is away never confirms the cancellation
	for {
		select {
		case d, open := <-deliveries:
			if !open {
				return
			}
			_ = d.Nack(false, true)
		case <-limit:
			return
		}
	}
}

func wait(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}
