package bus

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	amqp "github.com/rabbitmq/amqp091-go"
)

// confirmLimit is how long a confirm may take when the context has no sooner deadline.
const confirmLimit = 5 * time.Second

// Kinds of message.
const (
	KindEvent = "event"
	KindWork  = "work"
)

// Message is an event or a piece of work to publish. ID is the same at every repetition.
type Message struct {
	ID      string
	Kind    string
	Name    string
	Body    []byte
	Delay   time.Duration // of work: not before this has passed
	Headers map[string]string
}

// Publisher publishes what must not be lost, and learns from the broker that it was not.
type Publisher struct {
	link *link
	ch   *amqp.Channel

	mu       sync.Mutex
	returned map[string]string // message id -> why no queue took it
	flush    chan chan struct{}
}

// NewPublisher opens a channel with confirms.
func NewPublisher(c *Conn) (*Publisher, error) {
	ch, err := c.publish.conn.Channel()
	if err != nil {
		return nil, fmt.Errorf("open a channel: %w", err)
	}
	if err := ch.Confirm(false); err != nil {
		return nil, fmt.Errorf("ask for confirms: %w", err)
	}
	p := &Publisher{link: c.publish, ch: ch, returned: map[string]string{}, flush: make(chan chan struct{})}
	go p.receiveReturns(ch.NotifyReturn(make(chan amqp.Return)))
	return p, nil
}

// PublishAll publishes messages and waits for the broker to confirm each. The result has an error for
// each message that was refused, that no queue took, or of which nothing is known: publish it again.
func (p *Publisher) PublishAll(ctx context.Context, messages []Message) []error {
	outs := make([]outbound, len(messages))
	for i, m := range messages {
		outs[i] = m.outbound()
	}
	return p.publish(ctx, outs)
}

// outbound is a message and where it goes.
type outbound struct {
	exchange  string
	key       string
	mandatory bool
	message   amqp.Publishing
}

func (m Message) outbound() outbound {
	out := outbound{exchange: eventExchange, key: m.Name, message: amqp.Publishing{
		MessageId: m.ID, Type: m.Name, ContentType: "application/json", DeliveryMode: amqp.Persistent,
		Timestamp: time.Now(), Body: m.Body, Headers: amqp.Table{},
	}}
	for name, value := range m.Headers {
		out.message.Headers[name] = value
	}
	if m.Kind == KindWork {
		out.exchange, out.key, out.mandatory = "", string(workQueue(m.Name)), true
		if m.Delay > 0 {
			out.exchange = delayName(m.Delay)
		}
	}
	return out
}

func (p *Publisher) publish(ctx context.Context, outs []outbound) []error {
	ctx, cancel := context.WithTimeout(ctx, confirmLimit)
	defer cancel()
	results := make([]error, len(outs))
	confirms := make([]*amqp.DeferredConfirmation, len(outs))
	written := make(chan struct{})
	go func() { // writing does not heed ctx
		defer close(written)
		for i, out := range outs {
			if results[i] = checkSize(out.message.Type, out.message.Body); results[i] == nil {
				confirms[i], results[i] = p.ch.PublishWithDeferredConfirm(out.exchange, out.key, out.mandatory, false, out.message)
			}
		}
	}()
	select {
	case <-written:
	case <-ctx.Done():
		return repeat(errBrokerSlow, len(outs)) // the goroutine still owns results
	}
	for i := range outs {
		if results[i] == nil {
			results[i] = confirmed(ctx, confirms[i])
		}
	}
	p.collectReturns(outs, results)
	return results
}

func confirmed(ctx context.Context, confirm *amqp.DeferredConfirmation) error {
	acked, err := confirm.WaitContext(ctx)
	if err != nil {
		return fmt.Errorf("no confirm: %w", err)
	}
	if !acked {
		return errors.New("the broker did not take the message")
	}
	return nil
}

// collectReturns marks what no queue took. The broker sends a return before the confirm, and the
// goroutine that receives returns has written down all it got once it has answered the flush.
func (p *Publisher) collectReturns(outs []outbound, results []error) {
	flushed := make(chan struct{})
	select {
	case p.flush <- flushed:
		<-flushed
	case <-time.After(confirmLimit):
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	for i, out := range outs {
		if reason, ok := p.returned[out.message.MessageId]; ok {
			delete(p.returned, out.message.MessageId)
			results[i] = errors.New(reason)
		}
	}
}

func (p *Publisher) receiveReturns(returns <-chan amqp.Return) {
	for {
		select {
		case r, open := <-returns:
			if !open {
				returns = nil
				continue
			}
			p.mu.Lock()
			p.returned[r.MessageId] = fmt.Sprintf("no queue takes %s: %s", r.RoutingKey, r.ReplyText)
			p.mu.Unlock()
		case flushed := <-p.flush:
			close(flushed)
		}
	}
}

func repeat(err error, n int) []error {
	errs := make([]error, n)
	for i := range errs {
		errs[i] = err
	}
	return errs
}
