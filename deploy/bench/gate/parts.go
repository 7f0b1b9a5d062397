package main

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"sync"
	"sync/atomic"

	"github.com/jackc/pgx/v5/pgxpool"
	amqp "github.com/rabbitmq/amqp091-go"
)

const directReplyTo = "amq.rabbitmq.reply-to"

// echo is a question and an answer over the broker, of the size of a check of one key, with nothing
// around them: what one round trip costs at least.
type echo struct {
	asker, answerer *amqp.Connection
	ask             *amqp.Channel
	queue           string
	last            atomic.Uint64
	writing         sync.Mutex
	pending         sync.Map // correlation id: chan struct{}
}

func newEcho(url string) (*echo, error) {
	e := &echo{}
	var err error
	if e.answerer, err = amqp.Dial(url); err != nil {
		return nil, err
	}
	if e.asker, err = amqp.Dial(url); err != nil {
		return nil, err
	}
	answers, err := e.answerer.Channel()
	if err != nil {
		return nil, err
	}
	queue, err := answers.QueueDeclare("", false, true, true, false, nil)
	if err != nil {
		return nil, err
	}
	e.queue = queue.Name
	questions, err := answers.Consume(e.queue, "", true, true, false, false, nil)
	if err != nil {
		return nil, err
	}
	if e.ask, err = e.asker.Channel(); err != nil {
		return nil, err
	}
	replies, err := e.ask.Consume(directReplyTo, "", true, true, false, false, nil)
	if err != nil {
		return nil, err
	}
	go answer(answers, questions)
	go e.receive(replies)
	return e, nil
}

func answer(ch *amqp.Channel, questions <-chan amqp.Delivery) {
	for d := range questions {
		_ = ch.Publish("", d.ReplyTo, false, false, amqp.Publishing{CorrelationId: d.CorrelationId, Body: d.Body}) // a lost one is seen by its asker
	}
}

func (e *echo) receive(replies <-chan amqp.Delivery) {
	for d := range replies {
		if waiting, ok := e.pending.LoadAndDelete(d.CorrelationId); ok {
			close(waiting.(chan struct{})) //nolint:errcheck // nothing else is in there
		}
	}
}

func (e *echo) call(ctx context.Context) error {
	id := strconv.FormatUint(e.last.Add(1), 36)
	answered := make(chan struct{})
	e.pending.Store(id, answered)
	e.writing.Lock()
	err := e.ask.Publish("", e.queue, false, false, amqp.Publishing{CorrelationId: id, ReplyTo: directReplyTo, Body: make([]byte, 200)})
	e.writing.Unlock()
	if err != nil {
		return err
	}
	select {
	case <-answered:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (e *echo) close() {
	e.asker.Close()
	e.answerer.Close()
}

// lookup is the statement of the gate, for one key.
type lookup struct {
	pool      *pgxpool.Pool
	statement string
	digests   [][]byte
	next      atomic.Uint64
}

func newLookup(ctx context.Context, url, root string, pepper []byte, keys []string) (*lookup, error) {
	statement, err := os.ReadFile(statementFile(root))
	if err != nil {
		return nil, err
	}
	options, err := pgxpool.ParseConfig(url)
	if err != nil {
		return nil, err
	}
	options.MaxConns = 10 // as many as each service has
	pool, err := pgxpool.NewWithConfig(ctx, options)
	if err != nil {
		return nil, err
	}
	l := &lookup{pool: pool, statement: string(statement)}
	for _, key := range keys {
		l.digests = append(l.digests, digestOf(pepper, key))
	}
	return l, nil
}

func (l *lookup) call(ctx context.Context) error {
	digest := l.digests[l.next.Add(1)%uint64(len(l.digests))]
	rows, err := l.pool.Query(ctx, l.statement, [][]byte{digest})
	if err != nil {
		return err
	}
	found := 0
	for rows.Next() {
		if _, err := rows.Values(); err != nil {
			return err
		}
		found++
	}
	if rows.Err() == nil && found != 1 {
		return fmt.Errorf("%d keys instead of one", found)
	}
	return rows.Err()
}

func (l *lookup) close() { l.pool.Close() }
