package bus

import (
	"context"
	"fmt"

	amqp "github.com/rabbitmq/amqp091-go"

	"github.com/mintfax/mintfax/shared/contract"
	"github.com/mintfax/mintfax/shared/ids"
)

// listenerQueueLength bounds what waits for a listener that is slow; the oldest is dropped.
const listenerQueueLength = 10_000

// Listener hears events while it listens: every listener hears each, and what is told while it is away from
// the broker is gone for it. It is for what may be missed, such as telling an open page to look again.
type Listener struct {
	conn  *Conn
	hears map[string]func(body []byte)
}

// NewListener returns a listener that hears nothing yet.
func NewListener(c *Conn) *Listener {
	return &Listener{conn: c, hears: map[string]func([]byte){}}
}

// Hear calls h, which must not wait, with each event of a name. Events that are not well formed are skipped.
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
	_ = d.Ack(false) // what is delivered again does no harm
}

// makeQueue makes a queue that is this connection's alone and goes with it. Each has a name of its own: the
// broker may not have noticed yet that the connection before is gone.
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
