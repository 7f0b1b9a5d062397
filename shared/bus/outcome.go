package bus

import (
	"context"
	"errors"
	"log/slog"
	"maps"
	"time"

	amqp "github.com/rabbitmq/amqp091-go"
)

// maxTries is how often a message is handled before it is dead: more than half an hour of trying.
const maxTries = 12

// Permanent marks an error that no repetition can mend. The message is dead at once.
func Permanent(err error) error {
	if err == nil {
		return nil
	}
	return &permanentError{err}
}

type permanentError struct{ cause error }

func (e *permanentError) Error() string { return e.cause.Error() }
func (e *permanentError) Unwrap() error { return e.cause }

// settler is the one place that turns a handler's error into done, again later, or dead.
type settler struct {
	publisher *Publisher
	queue     Queue
	log       *slog.Logger
	metrics   *metrics
}

func (s *settler) settle(ctx context.Context, d *held, err error) {
	if err == nil {
		s.metrics.handled(s.queue, "done")
		d.ack()
		return
	}
	tries := headerInt(d.Headers, headerTries) + 1
	var permanent *permanentError
	if errors.As(err, &permanent) || tries >= maxTries {
		s.log.ErrorContext(ctx, "a message is dead", "queue", string(s.queue), "name", d.Type, "id", d.MessageId, "tries", tries, "error", err)
		s.move(ctx, d, "dead", outbound{key: string(s.queue.dead()), message: copyOf(d, amqp.Table{headerTries: tries, headerReason: err.Error()})})
		return
	}
	s.log.WarnContext(ctx, "a message will be handled again", "queue", string(s.queue), "name", d.Type, "id", d.MessageId, "tries", tries, "error", err)
	s.move(ctx, d, "again", outbound{exchange: delayName(retryDelay(tries)), key: string(s.queue), message: copyOf(d, amqp.Table{headerTries: tries})})
}

// move publishes the message elsewhere and only then lets go of it here.
func (s *settler) move(ctx context.Context, d *held, outcome string, to outbound) {
	to.mandatory = true
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), confirmLimit)
	defer cancel()
	if err := s.publisher.publish(ctx, []outbound{to})[0]; err != nil {
		s.log.WarnContext(ctx, "a message could not be moved and stays in its queue", "queue", string(s.queue), "error", err)
		d.requeue()
		return
	}
	s.metrics.handled(s.queue, outcome)
	d.ack()
}

func retryDelay(tries int64) time.Duration {
	all := delays()
	return all[min(int(tries), len(all))-1]
}

func copyOf(d *held, headers amqp.Table) amqp.Publishing {
	kept := maps.Clone(d.Headers)
	if kept == nil {
		kept = amqp.Table{}
	}
	for _, name := range []string{"x-death", "x-delivery-count", "x-first-death-queue", "x-first-death-reason", "x-first-death-exchange"} {
		delete(kept, name)
	}
	maps.Copy(kept, headers)
	return amqp.Publishing{
		MessageId: d.MessageId, Type: d.Type, ContentType: d.ContentType, DeliveryMode: amqp.Persistent,
		Timestamp: d.Timestamp, Headers: kept, Body: d.Body,
	}
}
