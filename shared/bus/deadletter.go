package bus

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	amqp "github.com/rabbitmq/amqp091-go"
)

const countInterval = 15 * time.Second

// DeadLetter is a message that was given up. Its body may contain data that must not be logged.
type DeadLetter struct {
	Queue  Queue // the queue it was given up in
	ID     string
	Name   string
	Reason string
	Tries  int64
	At     time.Time // when it was published
	Body   []byte
}

// Waiting counts the messages that wait in each lasting queue, without those in progress.
func (c *Conn) Waiting() (map[Queue]int, error) {
	return c.count(func(q Queue) Queue { return q })
}

// DeadLetters counts the dead messages of each lasting queue.
func (c *Conn) DeadLetters() (map[Queue]int, error) {
	return c.count(Queue.dead)
}

// ListDead returns at most limit dead messages of a queue, oldest first, and leaves them there.
func (c *Conn) ListDead(queue Queue, limit int) ([]DeadLetter, error) {
	var letters []DeadLetter
	err := c.eachDead(queue, limit, func(d *amqp.Delivery) (bool, error) {
		letters = append(letters, DeadLetter{
			Queue: queue, ID: d.MessageId, Name: d.Type, Reason: reasonIn(d), Tries: headerInt(d.Headers, headerTries),
			At: d.Timestamp, Body: d.Body,
		})
		return false, nil
	})
	return letters, err
}

// Replay moves at most limit dead messages of a queue back to it, with no tries counted, and returns their
// number. It removes a dead message only after the queue has accepted it.
func (c *Conn) Replay(ctx context.Context, queue Queue, limit int) (int, error) {
	publisher, err := c.dead.openPublisher(c)
	if err != nil {
		return 0, err
	}
	replayed := 0
	err = c.eachDead(queue, limit, func(d *amqp.Delivery) (bool, error) {
		message := copyOf(d, amqp.Table{headerTries: int64(0)})
		delete(message.Headers, headerReason)
		if err := publisher.publish(ctx, []outbound{{key: string(queue), mandatory: true, message: message}})[0]; err != nil {
			return false, err
		}
		replayed++
		return true, nil
	})
	return replayed, err
}

// eachDead calls look with each dead message. It removes those for which look returns true and requeues
// the others at the end; the broker does so if the connection breaks.
func (c *Conn) eachDead(queue Queue, limit int, look func(*amqp.Delivery) (bool, error)) error {
	if !queue.isLasting() {
		return fmt.Errorf("%s keeps no dead letters", queue)
	}
	return c.dead.read(c.consume, func(ch *amqp.Channel) error {
		var kept []*amqp.Delivery
		defer func() {
			for _, d := range kept {
				_ = d.Nack(false, true)
			}
		}()
		for range limit {
			d, err := c.getDead(ch, queue)
			if err != nil || d == nil {
				return err
			}
			remove, err := look(d)
			if remove {
				err = errors.Join(err, d.Ack(false))
			} else {
				kept = append(kept, d)
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// getDead returns nil when there are no more.
func (c *Conn) getDead(ch *amqp.Channel, queue Queue) (dead *amqp.Delivery, err error) {
	err = c.consume.on(ch, func() error {
		d, found, err := ch.Get(string(queue.dead()), false)
		if found {
			d.Acknowledger = &subscription{link: c.consume, ch: ch}
			dead = &d
		}
		return err
	})
	return dead, err
}

func (c *Conn) count(of func(Queue) Queue) (map[Queue]int, error) {
	counts := map[Queue]int{}
	err := c.dead.read(c.consume, func(ch *amqp.Channel) error {
		return c.consume.on(ch, func() error {
			for _, q := range LastingQueues() {
				state, err := ch.QueueDeclarePassive(string(of(q)), true, false, false, false, nil)
				if err != nil {
					return fmt.Errorf("count %s: %w", of(q), err)
				}
				counts[q] = state.Messages
			}
			return nil
		})
	})
	return counts, err
}

// deadReader reads and replays dead letters. Its channel and publisher are opened on first use.
type deadReader struct {
	mu        sync.Mutex // one reader at a time: a reader hides its messages from others
	ch        *amqp.Channel
	publisher *Publisher
}

func (r *deadReader) read(l *link, look func(*amqp.Channel) error) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.ch == nil {
		ch, err := l.channel()
		if err != nil {
			return err
		}
		r.ch = ch
	}
	return look(r.ch)
}

func (r *deadReader) openPublisher(c *Conn) (*Publisher, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.publisher == nil {
		publisher, err := NewPublisher(c)
		if err != nil {
			return nil, err
		}
		r.publisher = publisher
	}
	return r.publisher, nil
}

// countDeadLetters keeps the metric up to date.
func (c *Conn) countDeadLetters(ctx context.Context) {
	for ctx.Err() == nil {
		if counts, err := c.DeadLetters(); err == nil {
			c.metrics.counted(counts)
		}
		wait(ctx, countInterval)
	}
}

// reasonIn returns why a message is dead. If its consumers crashed, the reason is the broker's.
func reasonIn(d *amqp.Delivery) string {
	if reason := headerString(d.Headers, headerReason); reason != "" {
		return reason
	}
	return headerString(d.Headers, "x-first-death-reason")
}
