package bus

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"time"

	amqp "github.com/rabbitmq/amqp091-go"

	"github.com/mintfax/mintfax/shared/apierror"
	"github.com/mintfax/mintfax/shared/contract"
	"github.com/mintfax/mintfax/shared/crashpoint"
)

const (
	replyLimit = 2 * time.Second       // how long a reply may wait to be written
	replyPause = 20 * time.Millisecond // between checks whether replies can be sent
)

// Server serves the calls of one queue.
type Server struct {
	conn        *Conn
	queue       Queue
	concurrency int
	handlers    map[string]func(ctx context.Context, body []byte) ([]byte, error)
	sender      *sender
	inHand      questions
}

// NewServer returns a server that handles at most concurrency calls at a time.
func NewServer(c *Conn, queue Queue, concurrency int) *Server {
	return &Server{conn: c, queue: queue, concurrency: concurrency, handlers: map[string]func(context.Context, []byte) ([]byte, error){}}
}

// Handle registers h for method. The context of h ends at the caller's deadline. The caller receives a
// catalogue error as it is. Any other error is logged here, and the caller receives internal_error.
func Handle[Req, Resp any](s *Server, method contract.Method[Req, Resp], h func(context.Context, Req) (Resp, error)) {
	s.handlers[string(method)] = func(ctx context.Context, body []byte) ([]byte, error) {
		req, err := decode[Req](string(method), body)
		if err != nil { // the caller has validated it too, so this is a bug and not a refusal
			return nil, apierror.Wrap(apierror.InternalError, err)
		}
		reply, err := h(ctx, req)
		if err != nil {
			return nil, err
		}
		return encode(string(method)+" reply", reply)
	}
}

// Run serves calls until ctx is done. Then it requeues the calls that it has not started, finishes those in
// progress, for at most 10 s, and returns.
func (s *Server) Run(ctx context.Context) error {
	ch, err := s.conn.publish.channel()
	if err != nil {
		return fmt.Errorf("a channel for replies: %w", err)
	}
	s.sender = newSender(s.conn.publish, ch)
	defer s.sender.stop(replyLimit)
	return newPump(s.conn, s.queue, s.concurrency, s.answer).run(ctx)
}

// answer acknowledges before it executes: the caller has a deadline, and no reply is better than a call that
// is executed twice because of a crash.
func (s *Server) answer(ctx context.Context, d *amqp.Delivery) {
	if err := d.Ack(false); err != nil {
		return // the broker delivers the call again
	}
	deadline, has := deadlineOf(d)
	if !has {
		deadline = time.Now().Add(callLimit)
	}
	method := s.known(d.Type)
	if time.Now().After(deadline) {
		s.conn.metrics.served(method, "expired")
		return
	}
	ctx, cancel := context.WithDeadline(ctx, deadline)
	defer cancel()
	if !s.canReply(ctx) {
		s.conn.metrics.served(method, "unanswerable")
		return
	}
	reply := amqp.Publishing{CorrelationId: d.CorrelationId, ContentType: "application/json", DeliveryMode: amqp.Transient}
	handling, done := s.inHand.begin(ctx, headerString(d.Headers, headerQuestion))
	body, err := s.execute(handling, d.Type, d.Body)
	gone := errors.Is(context.Cause(handling), errCallerGone)
	done()
	if gone {
		s.conn.metrics.served(method, "abandoned")
		return
	}
	if err == nil {
		reply.Body = body
		s.conn.metrics.served(method, "ok")
	} else {
		refusal := s.refuse(ctx, d.Type, err)
		reply.Type, reply.Body = typeError, refusal.encode()
		s.conn.metrics.served(method, string(refusal.Code))
	}
	crashpoint.Here(crashpoint.QuestionAnswered)
	s.reply(ctx, d, reply)
}

// canReply waits until a reply can be sent, or returns false at the deadline. After an outage the
// connection for replies may recover later than the one for calls, and a call that is executed without a
// reply leaves its caller waiting.
func (s *Server) canReply(ctx context.Context) bool {
	for s.conn.publish.usable(s.sender.ch) != nil {
		wait(ctx, replyPause)
		if ctx.Err() != nil {
			return false
		}
	}
	return true
}

// known returns the method's name for metrics. Unknown names share one label, to bound the number of series.
func (s *Server) known(method string) string {
	if _, ok := s.handlers[method]; !ok {
		return "unknown"
	}
	return method
}

func (s *Server) reply(ctx context.Context, d *amqp.Delivery, reply amqp.Publishing) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), replyLimit)
	defer cancel()
	failed := func(err error) { s.conn.log.WarnContext(ctx, "a reply was lost", "method", d.Type, "error", err) }
	if err := s.sender.send(ctx, outgoing{key: d.ReplyTo, message: reply, failed: failed}); err != nil {
		failed(err)
	}
}

func (s *Server) execute(ctx context.Context, method string, body []byte) (reply []byte, err error) {
	handler, known := s.handlers[method]
	if !known {
		return nil, fmt.Errorf("no handler for %s on %s", method, s.queue)
	}
	defer func() {
		if cause := recover(); cause != nil {
			err = fmt.Errorf("panic: %v\n%s", cause, debug.Stack())
		}
	}()
	return handler(ctx, body)
}

// refuse converts an error into one that the caller may see. Errors outside the catalogue are only logged.
func (s *Server) refuse(ctx context.Context, method string, err error) wireError {
	var refusal *apierror.Error
	if !errors.As(err, &refusal) {
		refusal = apierror.New(apierror.InternalError)
		if ctx.Err() != nil || apierror.IsOutage(err) {
			refusal = apierror.New(apierror.ServiceUnavailable)
		}
	}
	if level := levelOf(refusal.Code); level > slog.LevelDebug {
		s.conn.log.Log(ctx, level, "a call failed", "method", method, "error", err)
	}
	return wireError{Code: refusal.Code, Context: refusal.Context}
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
