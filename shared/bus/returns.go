package bus

import (
	"errors"
	"fmt"

	amqp "github.com/rabbitmq/amqp091-go"
)

var errUnrouted = errors.New("no queue takes the message")

// IsUnrouted reports whether no queue accepted a message that the broker confirmed.
func IsUnrouted(err error) bool { return errors.Is(err, errUnrouted) }

// The broker returns and then confirms a message that no queue accepts. The channel of returns has no buffer,
// so when the confirm arrives, receiveReturns has received the return; once it sends on noted again, it has
// recorded it.

func (p *Publisher) receiveReturns(returns <-chan amqp.Return) {
	defer close(p.closed)
	for {
		select {
		case r, open := <-returns:
			if !open {
				return
			}
			p.noteReturn(r)
		case p.noted <- struct{}{}:
		}
	}
}

func (p *Publisher) noteReturn(r amqp.Return) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if _, expected := p.returned[r.CorrelationId]; expected {
		p.returned[r.CorrelationId] = fmt.Sprintf("%s: %s", r.RoutingKey, r.ReplyText)
	}
}

func (p *Publisher) expectReturns(outs []outbound) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, out := range outs {
		p.returned[out.message.CorrelationId] = ""
	}
}

func (p *Publisher) forgetReturns(outs []outbound) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, out := range outs {
		delete(p.returned, out.message.CorrelationId)
	}
}

// collectReturns sets the error of each message that the broker confirmed but no queue accepted.
func (p *Publisher) collectReturns(outs []outbound, results []error) {
	select {
	case <-p.noted:
	case <-p.closed:
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	for i, out := range outs {
		if reason := p.returned[out.message.CorrelationId]; reason != "" {
			results[i] = fmt.Errorf("%w: %s", errUnrouted, reason)
		}
	}
}
