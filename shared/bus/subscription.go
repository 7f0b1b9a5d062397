package bus

import (
	amqp "github.com/rabbitmq/amqp091-go"
)

// subscription is what a pump has between two breaks of its channel. Messages of it are acknowledged
// through it or not at all: the broker delivers what a break left open again, and on the reopened
// channel delivery tags count from one again, so a late acknowledgement would be another message's.
type subscription struct {
	link       *link
	ch         *amqp.Channel
	deliveries <-chan amqp.Delivery
	ended      bool // changed with link.using held
}

// Ack says that a message was handled.
func (s *subscription) Ack(tag uint64, multiple bool) error {
	return s.settle(func() error { return s.ch.Ack(tag, multiple) })
}

// Nack gives a message back or up.
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

// end is called before the channel is used again.
func (s *subscription) end() {
	s.link.using.Lock()
	s.ended = true
	s.link.using.Unlock()
	go func() { // what was delivered ahead would keep a goroutine of the library waiting
		for range s.deliveries {
		}
	}()
}
