package bus

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	amqp "github.com/rabbitmq/amqp091-go"

	"github.com/mintfax/mintfax/shared/apierror"
	"github.com/mintfax/mintfax/shared/contract"
	"github.com/mintfax/mintfax/shared/ids"
	"github.com/mintfax/mintfax/shared/telemetry"
)

// callLimit is the timeout of a call whose context has no deadline.
const callLimit = 5 * time.Second

// errAnswerLost means that the connection broke after the call was sent.
var errAnswerLost = errors.New("the connection to the broker broke before the reply arrived")

// Client calls other services over direct reply-to. It is safe for concurrent use.
type Client struct {
	link    *link
	metrics *metrics
	sender  *sender
	name    string // unique among all clients
	last    atomic.Uint64

	mu      sync.Mutex
	pending map[string]chan answer
}

type answer struct {
	body []byte
	err  error
}

// NewClient opens a channel for calls and their replies.
func NewClient(c *Conn) (*Client, error) {
	ch, err := c.publish.channel()
	if err != nil {
		return nil, err
	}
	cl := &Client{link: c.publish, metrics: c.metrics, name: ids.Base62(16), pending: map[string]chan answer{}}
	// Direct reply-to requires a consumer without acknowledgements, on the calling channel, before the first call.
	var replies <-chan amqp.Delivery
	err = c.publish.on(ch, func() error {
		var err error
		replies, err = ch.Consume(replyTo, "", true, false, false, false, nil)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("consume replies: %w", err)
	}
	broken := ch.NotifyClose(make(chan *amqp.Error, 16)) // one for each time that ch was closed
	returns := ch.NotifyReturn(make(chan amqp.Return, 64))
	cl.sender = newSender(c.publish, ch)
	go cl.receive(replies)
	go cl.receiveReturns(returns)
	go cl.failBroken(broken)
	return cl, nil
}

// Caller calls a method of another service by name and returns the body of the reply. Client implements it over the
// broker; a program may wrap it to apply limits of its own.
type Caller interface {
	CallMethod(ctx context.Context, method string, body []byte) ([]byte, error)
}

// Call calls a method of another service and waits for its reply. It returns a refusal as its catalogue error.
func Call[Req, Resp any](ctx context.Context, caller Caller, method contract.Method[Req, Resp], req Req) (Resp, error) {
	var none Resp
	body, err := encode(string(method), req)
	if err != nil {
		return none, err
	}
	reply, err := caller.CallMethod(ctx, string(method), body)
	if err != nil {
		return none, err
	}
	return decode[Resp](string(method)+" reply", reply)
}

// CallMethod waits for the reply until ctx is done, for at most 5 s if ctx has no deadline. It returns
// service_unavailable when no reply arrives in time or the broker is or becomes unavailable. The method may then have
// been executed.
func (cl *Client) CallMethod(ctx context.Context, method string, body []byte) ([]byte, error) {
	started := time.Now()
	reply, err := cl.ask(ctx, method, body)
	cl.metrics.called(method, err, time.Since(started))
	return reply, err
}

func (cl *Client) ask(ctx context.Context, method string, body []byte) ([]byte, error) {
	ctx, cancel := bounded(ctx, callLimit)
	defer cancel()
	deadline, _ := ctx.Deadline()
	left := time.Until(deadline)
	if left < time.Millisecond || ctx.Err() != nil {
		return nil, unavailable(method, errors.New("the deadline has passed"))
	}
	if err := cl.link.ready(); err != nil {
		return nil, unavailable(method, err)
	}
	id := strconv.FormatUint(cl.last.Add(1), 36)
	answered := cl.expect(id)
	defer cl.forget(id)
	headers := amqp.Table{headerDeadline: deadline.UnixMilli(), headerRequestID: telemetry.RequestID(ctx)}
	question := cl.name + "." + id
	if left >= worthAbandoning {
		headers[headerQuestion] = question
	}
	err := cl.sender.send(ctx, outgoing{
		key: string(queueOf(method)), mandatory: true, deadline: deadline,
		failed: func(err error) { cl.settle(id, answer{err: unavailable(method, err)}) },
		message: amqp.Publishing{
			Type: method, ContentType: "application/json", ReplyTo: replyTo, CorrelationId: id, Body: body,
			DeliveryMode: amqp.Transient, Expiration: strconv.FormatInt(left.Milliseconds(), 10),
			Headers: headers,
		},
	})
	if err != nil {
		return nil, unavailable(method, err)
	}
	select {
	case a := <-answered:
		return a.body, a.err
	case <-ctx.Done():
		if left >= worthAbandoning && errors.Is(ctx.Err(), context.Canceled) {
			cl.abandon(ctx, question)
		}
		return nil, unavailable(method, ctx.Err())
	}
}

func (cl *Client) expect(id string) chan answer {
	answered := make(chan answer, 1)
	cl.mu.Lock()
	cl.pending[id] = answered
	cl.mu.Unlock()
	return answered
}

func (cl *Client) forget(id string) {
	cl.mu.Lock()
	delete(cl.pending, id)
	cl.mu.Unlock()
}

// settle completes a pending call, once. A late reply is dropped.
func (cl *Client) settle(id string, a answer) {
	cl.mu.Lock()
	answered, ok := cl.pending[id]
	delete(cl.pending, id)
	cl.mu.Unlock()
	if ok {
		answered <- a
	}
}

func (cl *Client) receive(replies <-chan amqp.Delivery) {
	for d := range replies {
		if d.Type != typeError {
			cl.settle(d.CorrelationId, answer{body: d.Body})
			continue
		}
		var refusal wireError
		if err := json.Unmarshal(d.Body, &refusal); err != nil {
			cl.settle(d.CorrelationId, answer{err: fmt.Errorf("an unreadable refusal: %w", err)})
			continue
		}
		cl.settle(d.CorrelationId, answer{err: &apierror.Error{Code: refusal.Code, Context: refusal.Context}})
	}
	cl.sender.stop(0)
}

func (cl *Client) receiveReturns(returns <-chan amqp.Return) {
	for r := range returns {
		cl.settle(r.CorrelationId, answer{err: unavailable(r.Type, errors.New(r.ReplyText))})
	}
}

// failBroken fails the pending calls when the channel breaks, because their replies can no longer arrive.
func (cl *Client) failBroken(broken <-chan *amqp.Error) {
	for range broken {
		cl.mu.Lock()
		pending := cl.pending
		cl.pending = map[string]chan answer{}
		cl.mu.Unlock()
		for _, answered := range pending {
			answered <- answer{err: unavailable("a call", errAnswerLost)}
		}
	}
}

func unavailable(method string, cause error) error {
	return apierror.Wrap(apierror.ServiceUnavailable, fmt.Errorf("%s: %w", method, cause))
}
