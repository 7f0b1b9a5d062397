package bus

import (
	"context"
	"errors"
	"fmt"
	"time"

	amqp "github.com/rabbitmq/amqp091-go"
)

// DeadLetter is a message that was given up. Its body may hold what belongs in no log.
type DeadLetter struct {
	Queue  Queue
	ID     string
	Name   string
	Reason string
	At     time.Time
	Body   []byte
}

// LastingQueues lists the queues whose messages must not be lost.
func LastingQueues() []Queue {
	var queues []Queue
	for _, q := range lastingQueues() {
		queues = append(queues, q.queue)
	}
	return queues
}

// Waiting counts the messages that wait in each lasting queue.
func (c *Conn) Waiting() (map[Queue]int, error) {
	return c.count(func(q Queue) Queue { return q })
}

// DeadLetters counts the dead messages of each lasting queue.
func (c *Conn) DeadLetters() (map[Queue]int, error) {
	return c.count(Queue.dead)
}

func (c *Conn) count(of func(Queue) Queue) (map[Queue]int, error) {
	ch, err := c.consume.conn.Channel()
	if err != nil {
		return nil, err
	}
	defer ch.Close()
	counts := map[Queue]int{}
	for _, q := range LastingQueues() {
		state, err := ch.QueueDeclarePassive(string(of(q)), true, false, false, false, nil)
		if err != nil {
			return nil, fmt.Errorf("count %s: %w", of(q), err)
		}
		counts[q] = state.Messages
	}
	return counts, nil
}

// ListDead returns at most limit dead messages of a queue and leaves them where they are.
func (c *Conn) ListDead(queue Queue, limit int) ([]DeadLetter, error) {
	var letters []DeadLetter
	err := c.eachDead(queue, limit, func(d *amqp.Delivery) (bool, error) {
		letters = append(letters, DeadLetter{
			Queue: queue, ID: d.MessageId, Name: d.Type, Reason: headerString(d.Headers, headerReason), At: d.Timestamp, Body: d.Body,
		})
		return false, nil
	})
	return letters, err
}

// Replay puts at most limit dead messages of a queue back to be handled anew, and tells how many.
func (c *Conn) Replay(ctx context.Context, queue Queue, limit int) (int, error) {
	publisher, err := NewPublisher(c)
	if err != nil {
		return 0, err
	}
	defer publisher.ch.Close()
	replayed := 0
	err = c.eachDead(queue, limit, func(d *amqp.Delivery) (bool, error) {
		message := copyOf(&held{Delivery: d}, amqp.Table{headerTries: int64(0), headerReason: ""})
		if err := publisher.publish(ctx, []outbound{{key: string(queue), mandatory: true, message: message}})[0]; err != nil {
			return false, err
		}
		replayed++
		return true, nil
	})
	return replayed, err
}

// eachDead looks at dead messages one by one. Those for which look returns true are removed; the
// others return to the queue when the channel closes.
func (c *Conn) eachDead(queue Queue, limit int, look func(*amqp.Delivery) (bool, error)) error {
	ch, err := c.consume.conn.Channel()
	if err != nil {
		return err
	}
	defer ch.Close()
	for range limit {
		d, found, err := ch.Get(string(queue.dead()), false)
		if err != nil || !found {
			return err
		}
		remove, lookErr := look(&d)
		if remove {
			lookErr = errors.Join(lookErr, d.Ack(false))
		}
		if lookErr != nil {
			return lookErr
		}
	}
	return nil
}
