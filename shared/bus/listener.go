package bus

import (
	"context"
	"fmt"

	amqp "github.com/rabbitmq/amqp091-go"

	"github.com/mintfax/mintfax/shared/contract"
	"github.com/mintfax/mintfax/shared/ids"
)

// listenerQueueLength bounds the queue of a slow listener. When it is full, the oldest event is dropped.
const listenerQueueLength = 10_000

// Listener receives events while it is connected. Every listener receives each event, and misses those published
// while it is disconnected. Use it where that is harmless, such as refreshing an open page.
type Listener struct {
	conn  *Conn
	hears map[string]func(body []byte)
}

// NewListener returns a listener without subscriptions.
func NewListener(c *Conn) *Listener {
	return &Listener{conn: c, hears: map[string]func([]byte){}}
}

// Hear calls h, which must not block, with each event of a name. It skips malformed events.
func Hear[T any](l *Listener, name contract.Event[T], h func(T)) {
	l.hears[string(name)] = func(body []byte) {
		if decoded, err := decode[T](string(name), body); err == nil {
			h(decoded)
		}
	}
}

// Run listens until ctx is done.
func (l *Listener) Run(ctx context.Context) error {
	pump := newPump(l.conn, "listener", 1, l.handle)
	pump.prepare = l.makeQueue
	return pump.run(ctx)
}

func (l *Listener) handle(_ context.Context, d *amqp.Delivery) {
	if hear, found := l.hears[d.Type]; found {
		hear(d.Body)
	}
	_ = d.Ack(false) // a redelivery does no harm
}

// makeQueue declares an exclusive queue, which the broker deletes with the connection. Its name is random, because
// the broker may not have noticed yet that the previous connection is gone.
func (l *Listener) makeQueue(ch *amqp.Channel) (Queue, error) {
	name := "listener." + ids.Base62(16)
	args := amqp.Table{amqp.QueueTypeArg: amqp.QueueTypeClassic, amqp.QueueMaxLenArg: listenerQueueLength}
	if _, err := ch.QueueDeclare(name, false, true, true, false, args); err != nil {
		return "", fmt.Errorf("declare the queue of a listener: %w", err)
	}
	for event := range l.hears {
		if err := ch.QueueBind(name, event, eventExchange, false, nil); err != nil {
			return "", fmt.Errorf("bind the queue of a listener to %s: %w", event, err)
		}
	}
	return Queue(name), nil
}
