package bus

import (
	"context"
	"fmt"
	"runtime/debug"
	"time"

	amqp "github.com/rabbitmq/amqp091-go"

	"github.com/mintfax/mintfax/shared/contract"
	"github.com/mintfax/mintfax/shared/crashpoint"
)

// handleLimit bounds one handling of a message. The broker closes a channel that leaves a message unacknowledged
// for 30 minutes; longer work continues from the database instead.
const handleLimit = 2 * time.Minute

// Consumer handles the events and work of one queue, each message at least once.
type Consumer struct {
	conn        *Conn
	queue       Queue
	concurrency int
	handlers    map[string]func(ctx context.Context, id string, body []byte) error
	settler     *settler
}

// NewConsumer returns a consumer that handles at most concurrency messages at a time.
func NewConsumer(c *Conn, queue Queue, concurrency int) *Consumer {
	return &Consumer{conn: c, queue: queue, concurrency: concurrency, handlers: map[string]func(context.Context, string, []byte) error{}}
}

// OnEvent registers h for an event. id is the same each time the event is delivered.
func OnEvent[T any](k *Consumer, name contract.Event[T], h func(ctx context.Context, id string, body T) error) {
	on(k, string(name), h)
}

// OnWork registers h for a kind of work. id is the same each time the work is delivered.
func OnWork[T any](k *Consumer, name contract.Work[T], h func(ctx context.Context, id string, body T) error) {
	on(k, string(name), h)
}

// Run consumes until ctx is done. Then it requeues the messages that it has not started, finishes those in
// progress, for at most 10 s, and returns. The settler decides what a handler's error leads to.
func (k *Consumer) Run(ctx context.Context) error {
	publisher, err := NewPublisher(k.conn)
	if err != nil {
		return err
	}
	k.settler = &settler{publisher: publisher, queue: k.queue, log: k.conn.log, metrics: k.conn.metrics}
	return newPump(k.conn, k.queue, k.concurrency, k.handle).run(ctx)
}

func on[T any](k *Consumer, name string, h func(ctx context.Context, id string, body T) error) {
	k.handlers[name] = func(ctx context.Context, id string, body []byte) error {
		decoded, err := decode[T](name, body)
		if err != nil {
			return Permanent(err)
		}
		return h(ctx, id, decoded)
	}
}

func (k *Consumer) handle(ctx context.Context, d *amqp.Delivery) {
	ctx, cancel := context.WithTimeout(ctx, handleLimit)
	defer cancel()
	crashpoint.Here(crashpoint.MessageReceived)
	err := k.execute(ctx, d)
	crashpoint.Here(crashpoint.MessageHandled)
	k.settler.settle(ctx, d, err)
}

func (k *Consumer) execute(ctx context.Context, d *amqp.Delivery) (err error) {
	handler, known := k.handlers[d.Type]
	if !known {
		return Permanent(fmt.Errorf("no handler for %s on %s", d.Type, k.queue))
	}
	defer func() {
		if cause := recover(); cause != nil {
			err = fmt.Errorf("panic: %v\n%s", cause, debug.Stack())
		}
	}()
	return handler(ctx, d.MessageId, d.Body)
}
