package bus

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	amqp "github.com/rabbitmq/amqp091-go"

	"github.com/mintfax/mintfax/shared/telemetry"
)

// confirmLimit bounds the wait for a confirm when the context has no deadline.
const confirmLimit = 5 * time.Second

// Kinds of message.
const (
	KindEvent = "event"
	KindWork  = "work"
)

// Message is an event or a piece of work to publish. ID stays the same when it is published again.
type Message struct {
	ID      string
	Kind    string
	Name    string
	Body    []byte
	Headers map[string]string
}

// Publisher publishes messages that must not be lost, with publisher confirms. It is safe for concurrent
// use.
type Publisher struct {
	link *link
	ch   *amqp.Channel
	last atomic.Uint64

	mu       sync.Mutex
	returned map[string]string // by correlation id, of messages in flight: why no queue accepted it
	noted    chan struct{}     // yields when returned has all returns so far
	closed   chan struct{}
}

// NewPublisher opens a channel with confirms.
func NewPublisher(c *Conn) (*Publisher, error) {
	ch, err := c.publish.channel()
	if err != nil {
		return nil, err
	}
	if err := c.publish.on(ch, func() error { return ch.Confirm(false) }); err != nil {
		return nil, fmt.Errorf("enable confirms: %w", err)
	}
	p := &Publisher{link: c.publish, ch: ch, returned: map[string]string{}, noted: make(chan struct{}), closed: make(chan struct{})}
	go p.receiveReturns(ch.NotifyReturn(make(chan amqp.Return)))
	return p, nil
}

// PublishEvent publishes an event to its subscribers, if any, and waits for the broker to confirm it.
func (p *Publisher) PublishEvent(ctx context.Context, id, name string, body []byte) error {
	return p.PublishAll(ctx, []Message{{ID: id, Kind: KindEvent, Name: name, Body: body}})[0]
}

// PublishWork puts a piece of work in its queue and waits for the broker to confirm it.
func (p *Publisher) PublishWork(ctx context.Context, id, name string, body []byte) error {
	return p.PublishAll(ctx, []Message{{ID: id, Kind: KindWork, Name: name, Body: body}})[0]
}

// PublishAll publishes messages and waits for the broker to confirm each, until ctx is done, or for 5 s if
// ctx has no deadline. The result has an error for each message that was rejected, that no queue accepted, or
// that was not confirmed in time: publish it again, with the same id.
func (p *Publisher) PublishAll(ctx context.Context, messages []Message) []error {
	results := make([]error, len(messages))
	var outs []outbound
	var at []int
	for i, m := range messages {
		out, err := m.outbound(ctx)
		if err != nil {
			results[i] = err
			continue
		}
		outs, at = append(outs, out), append(at, i)
	}
	for i, err := range p.publish(ctx, outs) {
		results[at[i]] = err
	}
	return results
}

// outbound is a message and its destination.
type outbound struct {
	exchange  string
	key       string
	mandatory bool
	message   amqp.Publishing
}

func (m Message) outbound(ctx context.Context) (outbound, error) {
	if err := checkSize(m.Name, m.Body); err != nil {
		return outbound{}, Permanent(err)
	}
	message := amqp.Publishing{
		MessageId: m.ID, Type: m.Name, ContentType: "application/json", DeliveryMode: amqp.Persistent,
		Timestamp: time.Now(), Body: m.Body, Headers: amqp.Table{headerRequestID: telemetry.RequestID(ctx)},
	}
	for name, value := range m.Headers {
		message.Headers[name] = value
	}
	switch m.Kind {
	case KindEvent:
		return outbound{exchange: eventExchange, key: m.Name, message: message}, nil
	case KindWork:
		queue := workQueue(m.Name)
		if !queue.isLasting() {
			return outbound{}, Permanent(fmt.Errorf("no queue takes the work %s", m.Name))
		}
		return outbound{key: string(queue), mandatory: true, message: message}, nil
	default:
		return outbound{}, Permanent(fmt.Errorf("%s: %q is not a kind of message", m.Name, m.Kind))
	}
}

// publish publishes all messages and then waits for the confirms. The correlation id matches a returned message.
func (p *Publisher) publish(ctx context.Context, outs []outbound) []error {
	ctx, cancel := bounded(ctx, confirmLimit)
	defer cancel()
	if err := p.link.usable(p.ch); err != nil {
		return repeat(err, len(outs))
	}
	for i := range outs {
		outs[i].message.CorrelationId = strconv.FormatUint(p.last.Add(1), 36)
	}
	p.expectReturns(outs)
	defer p.forgetReturns(outs)
	written := make(chan []published, 1)
	go func() { written <- p.write(outs) }() // the client's publish call ignores ctx
	var writes []published
	select {
	case writes = <-written:
	case <-ctx.Done():
		return repeat(errBrokerSlow, len(outs))
	}
	results := make([]error, len(outs))
	for i, w := range writes {
		results[i] = w.confirmed(ctx)
	}
	p.collectReturns(outs, results)
	return results
}

// published is the pending confirm of a written message, or why it was not written.
type published struct {
	confirm *amqp.DeferredConfirmation
	err     error
}

func (p *Publisher) write(outs []outbound) []published {
	writes := make([]published, len(outs))
	for i, out := range outs {
		writes[i].err = p.link.on(p.ch, func() (err error) {
			writes[i].confirm, err = p.ch.PublishWithDeferredConfirm(out.exchange, out.key, out.mandatory, false, out.message)
			return err
		})
	}
	return writes
}

func (w published) confirmed(ctx context.Context) error {
	if w.err != nil {
		return w.err
	}
	acked, err := w.confirm.WaitContext(ctx)
	if err != nil {
		return fmt.Errorf("no confirm: %w", err)
	}
	if !acked {
		return errors.New("the broker rejected the message")
	}
	return nil
}

func repeat(err error, n int) []error {
	errs := make([]error, n)
	for i := range errs {
		errs[i] = err
	}
	return errs
}
