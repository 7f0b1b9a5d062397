package bus

import (
	"context"
	"errors"
	"time"

	amqp "github.com/rabbitmq/amqp091-go"
)

var (
	// errBrokerSlow means that messages arrive faster than the broker accepts them.
	errBrokerSlow = errors.New("the broker accepts messages too slowly")
	errStopped    = errors.New("the connection is closed")
)

// sender writes to one channel from one goroutine. The client's publish call ignores the context while it
// writes, so callers queue messages here and keep to their own deadlines.
type sender struct {
	link     *link
	ch       *amqp.Channel
	queue    chan outgoing
	stopping chan struct{}
	stopped  chan struct{}
}

type outgoing struct {
	exchange  string // empty for the default one, which routes to the queue named key
	key       string
	mandatory bool
	message   amqp.Publishing
	deadline  time.Time // not written after this, if set
	failed    func(error)
}

const senderQueue = 1024

func newSender(l *link, ch *amqp.Channel) *sender {
	s := &sender{link: l, ch: ch, queue: make(chan outgoing, senderQueue), stopping: make(chan struct{}), stopped: make(chan struct{})}
	go s.run()
	return s
}

// send queues a message. out.failed is called if it cannot be written.
func (s *sender) send(ctx context.Context, out outgoing) error {
	select {
	case s.queue <- out:
		return nil
	default:
	}
	select {
	case s.queue <- out:
		return nil
	case <-s.stopping:
		return errStopped
	case <-ctx.Done():
		return errBrokerSlow
	}
}

// stop writes the queued messages, for at most limit.
func (s *sender) stop(limit time.Duration) {
	close(s.stopping)
	select {
	case <-s.stopped:
	case <-time.After(limit):
	}
}

func (s *sender) run() {
	defer close(s.stopped)
	for {
		select {
		case out := <-s.queue:
			s.write(out)
		case <-s.stopping:
			s.writeRest()
			return
		}
	}
}

func (s *sender) writeRest() {
	for {
		select {
		case out := <-s.queue:
			s.write(out)
		default:
			return
		}
	}
}

func (s *sender) write(out outgoing) {
	if !out.deadline.IsZero() && time.Now().After(out.deadline) {
		return
	}
	err := s.link.on(s.ch, func() error { return s.ch.Publish(out.exchange, out.key, out.mandatory, false, out.message) })
	if err != nil {
		out.failed(err)
	}
}
