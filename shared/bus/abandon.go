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

// A caller that goes before its answer tells so, and a server that heeds it ends the handler's context: nobody works
// for nobody. It is an event that may be missed, as the deadline of the question ends the work as well.
const questionAbandoned contract.Event[abandoned] = "question.abandoned"

type abandoned struct {
	Question string `json:"question"`
}

// headerQuestion names a question among those of all clients.
const headerQuestion = "question"

// worthAbandoning is how long a question may take at least, for its end to be worth a message.
const worthAbandoning = 10 * time.Second

// abandon tells that nobody waits for the answer to a question any more.
func (cl *Client) abandon(ctx context.Context, question string) {
	body, err := json.Marshal(abandoned{Question: question})
	if err != nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
	defer cancel()
	_ = cl.sender.send(ctx, outgoing{ // it may be missed
		exchange: eventExchange, key: string(questionAbandoned), failed: func(error) {},
		message: amqp.Publishing{Type: string(questionAbandoned), ContentType: "application/json", DeliveryMode: amqp.Transient, Body: body},
	})
}

// HeedAbandoned ends the contexts of handlers whose callers have gone, as the listener hears.
func (s *Server) HeedAbandoned(l *Listener) {
	Hear(l, questionAbandoned, func(a abandoned) { s.inHand.end(a.Question) })
}

// errCallerGone is why the context of such a handler ended.
var errCallerGone = errors.New("the caller has gone")

// questions are those in hand that can be abandoned.
type questions struct {
	mu  sync.Mutex
	all map[string]context.CancelCauseFunc
}

// begin returns a context that ends when the question is abandoned; done must follow.
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
