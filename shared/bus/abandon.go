package bus

import (
	"context"
	"encoding/json"
	"errors"
	"sync"
	"time"

	amqp "github.com/rabbitmq/amqp091-go"

	"github.com/mintfax/mintfax/shared/contract"
)

// A caller that cancels a call publishes questionAbandoned, and a server that listens to it cancels the handler's
// context, so that no work is wasted. The event may be lost: the call's deadline ends the work as well.
const questionAbandoned contract.Event[abandoned] = "question.abandoned"

type abandoned struct {
	Question string `json:"question"`
}

// headerQuestion identifies a call among those of all clients.
const headerQuestion = "question"

// worthAbandoning is the shortest timeout of a call whose cancellation is worth a message.
const worthAbandoning = 10 * time.Second

// abandon reports that the caller no longer waits for the reply to a call.
func (cl *Client) abandon(ctx context.Context, question string) {
	body, err := json.Marshal(abandoned{Question: question})
	if err != nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
	defer cancel()
	_ = cl.sender.send(ctx, outgoing{ // the event may be lost
		exchange: eventExchange, key: string(questionAbandoned), failed: func(error) {},
		message: amqp.Publishing{Type: string(questionAbandoned), ContentType: "application/json", DeliveryMode: amqp.Transient, Body: body},
	})
}

// HeedAbandoned subscribes to abandoned calls and cancels the contexts of their handlers.
func (s *Server) HeedAbandoned(l *Listener) {
	Hear(l, questionAbandoned, func(a abandoned) { s.inHand.end(a.Question) })
}

// errCallerGone is the cause of such a cancellation.
var errCallerGone = errors.New("the caller has gone")

// questions are the calls in progress that can be abandoned.
type questions struct {
	mu  sync.Mutex
	all map[string]context.CancelCauseFunc
}

// begin returns a context that ends when the call is abandoned. The caller must call done.
func (q *questions) begin(ctx context.Context, question string) (begun context.Context, done func()) {
	if question == "" {
		return ctx, func() {}
	}
	ctx, cancel := context.WithCancelCause(ctx)
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.all == nil {
		q.all = map[string]context.CancelCauseFunc{}
	}
	q.all[question] = cancel
	return ctx, func() {
		cancel(nil)
		q.mu.Lock()
		defer q.mu.Unlock()
		delete(q.all, question)
	}
}

func (q *questions) end(question string) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if cancel, found := q.all[question]; found {
		cancel(errCallerGone)
	}
}
