package bus

import (
	"context"
	"errors"
	"log/slog"
	"maps"
	"strings"
	"time"

	amqp "github.com/rabbitmq/amqp091-go"
)

const (
	maxTries     = 12  // then a message is dead: more than an hour of retries
	reasonLength = 500 // bytes; all headers of a message must fit in one frame
	requeuePause = time.Second
)

// outcome is what happens to a message after its handling.
type outcome string

const (
	outcomeDone  outcome = "done"
	outcomeAgain outcome = "again"
	outcomeDead  outcome = "dead"
)

// Permanent marks an error that a retry cannot fix. The message is dead at once.
func Permanent(err error) error {
	if err == nil {
		return nil
	}
	return &permanentError{err}
}

// IsPermanent reports whether an error is marked as Permanent.
func IsPermanent(err error) bool {
	_, permanent := errors.AsType[*permanentError](err)
	return permanent
}

type permanentError struct{ cause error }

func (e *permanentError) Error() string { return e.cause.Error() }
func (e *permanentError) Unwrap() error { return e.cause }

// decide is the only place that maps a handler's error to an outcome. tries counts the handlings so far,
// including this one.
func decide(err error, tries int64) outcome {
	switch {
	case err == nil:
		return outcomeDone
	case IsPermanent(err), tries >= maxTries:
		return outcomeDead
	default:
		return outcomeAgain
	}
}

// settler carries out the decision.
type settler struct {
	publisher *Publisher
	queue     Queue
	log       *slog.Logger
	metrics   *metrics
}

func (s *settler) settle(ctx context.Context, d *amqp.Delivery, err error) {
	tries := headerInt(d.Headers, headerTries) + 1
	decided := decide(err, tries)
	about := []any{"queue", string(s.queue), "name", d.Type, "id", d.MessageId, "tries", tries, "error", err}
	switch decided {
	case outcomeDone:
		s.metrics.handled(s.queue, decided)
		_ = d.Ack(false) // if this fails, the broker redelivers it
	case outcomeDead:
		s.log.ErrorContext(ctx, "a message was given up", about...)
		s.move(ctx, d, decided, outbound{
			key: string(s.queue.dead()), message: copyOf(d, amqp.Table{headerTries: tries, headerReason: reasonOf(err)}),
		})
	case outcomeAgain:
		s.log.WarnContext(ctx, "a message will be retried", about...)
		s.move(ctx, d, decided, outbound{
			exchange: retryDelay(tries).name, key: string(s.queue), message: copyOf(d, amqp.Table{headerTries: tries}),
		})
	}
}

// move publishes the message elsewhere and only then acknowledges it here.
func (s *settler) move(ctx context.Context, d *amqp.Delivery, decided outcome, to outbound) {
	to.mandatory = true
	if err := s.publisher.publish(context.WithoutCancel(ctx), []outbound{to})[0]; err != nil {
		s.log.WarnContext(ctx, "a message could not be moved and stays in its queue", "queue", string(s.queue), "error", err)
		wait(ctx, requeuePause) // the broker counts requeues against the delivery limit
		_ = d.Nack(false, true)
		return
	}
	s.metrics.handled(s.queue, decided)
	_ = d.Ack(false)
}

func retryDelay(tries int64) delay {
	all := delays()
	return all[min(int(tries), len(all))-1]
}

// reasonOf returns the first line of an error, truncated to fit in a header.
func reasonOf(err error) string {
	line, _, _ := strings.Cut(err.Error(), "\n")
	if len(line) > reasonLength {
		line = line[:reasonLength]
	}
	return strings.ToValidUTF8(line, "")
}

// copyOf returns a copy of the message with headers added, without the headers that the broker added.
func copyOf(d *amqp.Delivery, headers amqp.Table) amqp.Publishing {
	kept := amqp.Table{}
	for name, value := range d.Headers {
		if !strings.HasPrefix(name, "x-") {
			kept[name] = value
		}
	}
	maps.Copy(kept, headers)
	return amqp.Publishing{
		MessageId: d.MessageId, Type: d.Type, ContentType: d.ContentType, DeliveryMode: amqp.Persistent,
		Timestamp: d.Timestamp, Headers: kept, Body: d.Body,
	}
}
