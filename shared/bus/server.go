package bus

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"time"

	amqp "github.com/rabbitmq/amqp091-go"

	"github.com/mintfax/mintfax/shared/apierror"
	"github.com/mintfax/mintfax/shared/contract"
)

// replyLimit is how long a reply may wait to be written.
const replyLimit = 2 * time.Second

// Server answers the questions of one queue.
type Server struct {
	conn        *Conn
	queue       Queue
	concurrency int
	handlers    map[string]func(ctx context.Context, body []byte) ([]byte, error)
	sender      *sender
}

// NewServer returns a server that has at most concurrency questions in hand.
func NewServer(c *Conn, queue Queue, concurrency int) *Server {
	return &Server{conn: c, queue: queue, concurrency: concurrency, handlers: map[string]func(context.Context, []byte) ([]byte, error){}}
}

// Handle answers method with h. The context of h ends at the asker's deadline. A catalogue error goes
// to the asker; any other is logged here, and the asker hears internal_error.
func Handle[Req, Resp any](s *Server, method contract.Method[Req, Resp], h func(context.Context, Req) (Resp, error)) {
	s.handlers[string(method)] = func(ctx context.Context, body []byte) ([]byte, error) {
		req, err := decode[Req](string(method), body)
		if err != nil {
			return nil, err
		}
		reply, err := h(ctx, req)
		if err != nil {
			return nil, err
		}
		return encode(string(method)+" reply", reply)
	}
}

// Run answers until ctx is done, then finishes what is in hand.
func (s *Server) Run(ctx context.Context) error {
	ch, err := s.conn.publish.conn.Channel()
	if err != nil {
		return fmt.Errorf("open a channel for replies: %w", err)
	}
	s.sender = newSender(ch)
	defer s.sender.stop()
	p := pump{link: s.conn.consume, log: s.conn.log, queue: s.queue, concurrency: s.concurrency, handle: s.answer}
	return p.run(ctx)
}

// answer acknowledges first: a question is executed at most once, and its asker has a deadline.
func (s *Server) answer(ctx context.Context, d *held) {
	d.ack()
	deadline, has := deadlineOf(d.Delivery)
	if !has {
		deadline = time.Now().Add(callLimit)
	}
	if time.Now().After(deadline) {
		s.conn.metrics.served(d.Type, "expired")
		return
	}
	ctx, cancel := context.WithDeadline(ctx, deadline)
	defer cancel()
	body, err := s.execute(ctx, d.Type, d.Body)
	s.conn.metrics.served(d.Type, outcomeOf(err))
	reply := amqp.Publishing{CorrelationId: d.CorrelationId, ContentType: "application/json", DeliveryMode: amqp.Transient, Body: body}
	if err != nil {
		reply.Type, reply.Body = typeError, s.refuse(ctx, d.Type, err)
	}
	s.reply(ctx, d, reply)
}

func (s *Server) reply(ctx context.Context, d *held, reply amqp.Publishing) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), replyLimit)
	defer cancel()
	failed := func(err error) { s.conn.log.Warn("a reply was lost", "method", d.Type, "error", err) }
	if err := s.sender.send(ctx, outgoing{key: d.ReplyTo, message: reply, failed: failed}); err != nil {
		failed(err)
	}
}

func (s *Server) execute(ctx context.Context, method string, body []byte) (reply []byte, err error) {
	handler, known := s.handlers[method]
	if !known {
		return nil, fmt.Errorf("nobody answers %s on %s", method, s.queue)
	}
	defer func() {
		if cause := recover(); cause != nil {
			err = fmt.Errorf("panic: %v\n%s", cause, debug.Stack())
		}
	}()
	return handler(ctx, body)
}

// refuse turns an error into what the asker may know. Errors outside the catalogue are ours to see.
func (s *Server) refuse(ctx context.Context, method string, err error) []byte {
	var refusal *apierror.Error
	if !errors.As(err, &refusal) {
		refusal = apierror.New(apierror.InternalError)
		if ctx.Err() != nil {
			refusal = apierror.New(apierror.ServiceUnavailable)
		}
	}
	if level := levelOf(refusal.Code); level > slog.LevelDebug {
		s.conn.log.Log(ctx, level, "a question failed", "method", method, "error", err)
	}
	encoded, err := json.Marshal(wireError{Code: refusal.Code, Context: refusal.Context})
	if err != nil {
		encoded, _ = json.Marshal(wireError{Code: apierror.InternalError})
	}
	return encoded
}

func levelOf(code apierror.Code) slog.Level {
	switch code {
	case apierror.InternalError:
		return slog.LevelError
	case apierror.ServiceUnavailable:
		return slog.LevelWarn
	default:
		return slog.LevelDebug
	}
}
