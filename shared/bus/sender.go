package bus

import (
	"context"
	"errors"

	amqp "github.com/rabbitmq/amqp091-go"
)

// errBrokerSlow says that messages pile up faster than the broker takes them.
var errBrokerSlow = errors.New("the broker does not take messages")

// sender writes to one channel from one goroutine. The client's publish call does not heed a context
// once it writes, so callers hand over to it and wait no longer than they may.
type sender struct {
	ch      *amqp.Channel
	queue   chan outgoing
	stopped chan struct{}
}

type outgoing struct {
	key       string
	mandatory bool
	message   amqp.Publishing
	failed    func(error)
}

const senderQueue = 1024

func newSender(ch *amqp.Channel) *sender {
	s := &sender{ch: ch, queue: make(chan outgoing, senderQueue), stopped: make(chan struct{})}
	go s.run()
	return s
}

// send hands a message to the default exchange over. failed is called when it could not be written.
func (s *sender) send(ctx context.Context, out outgoing) error {
	select {
	case s.queue <- out:
		return nil
	default:
	}
	select {
	case s.queue <- out:
		return nil
	case <-ctx.Done():
		return errBrokerSlow
	}
}

func (s *sender) stop() { close(s.stopped) }

func (s *sender) run() {
	for {
		select {
		case <-s.stopped:
			return
		case out := <-s.queue:
			err := s.ch.Publish("", out.key, out.mandatory, false, out.message)
			if err != nil && out.failed != nil {
				out.failed(err)
			}
		}
	}
}
