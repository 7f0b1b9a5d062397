package bus

import (
	amqp "github.com/rabbitmq/amqp091-go"
)

// subscription is a pump's consumption of its queue until the channel breaks. Its deliveries are acknowledged
// through it or not at all. After a break the broker redelivers unacknowledged messages, and delivery tags on the
// reopened channel start from one again, so a late acknowledgement would acknowledge another message.
type subscription struct {
	link       *link
	ch         *amqp.Channel
	deliveries <-chan amqp.Delivery
	ended      bool // guarded by link.using
}

// Ack acknowledges a message.
func (s *subscription) Ack(tag uint64, multiple bool) error {
	return s.settle(func() error { return s.ch.Ack(tag, multiple) })
}

// Nack requeues a message or gives it up.
func (s *subscription) Nack(tag uint64, multiple, requeue bool) error {
	return s.settle(func() error { return s.ch.Nack(tag, multiple, requeue) })
}

func (s *subscription) settle(do func() error) error {
	return s.link.on(s.ch, func() error {
		if s.ended {
			return errDeliveryEnded
		}
		return do()
	})
}

// Reject is Nack of one message.
func (s *subscription) Reject(tag uint64, requeue bool) error { return s.Nack(tag, false, requeue) }

// end invalidates the subscription. Call it before the channel is used again.
func (s *subscription) end() {
	s.link.using.Lock()
	s.ended = true
	s.link.using.Unlock()
	go func() { // otherwise prefetched deliveries would block a goroutine of the library
		for range s.deliveries {
		}
	}()
}
