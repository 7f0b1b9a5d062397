package bus

import (
	"context"
	"time"

	amqp "github.com/rabbitmq/amqp091-go"
)

// DialWithLimits is Dial with other limits than 5 minutes and 10 s.
func DialWithLimits(ctx context.Context, cfg Config, down, drain time.Duration) (*Conn, error) {
	return dial(ctx, cfg, limits{down: down, drain: drain})
}

// BreakChannel makes the broker close the client's channel.
func (cl *Client) BreakChannel() error { return breakChannel(cl.link, cl.sender.ch) }

// BreakChannel makes the broker close the publisher's channel.
func (p *Publisher) BreakChannel() error { return breakChannel(p.link, p.ch) }

func breakChannel(l *link, ch *amqp.Channel) error {
	return l.on(ch, func() error { return ch.Publish("no such exchange", "", false, false, amqp.Publishing{}) })
}

// PublishAway makes the publishing connection look broken for a while.
func (c *Conn) PublishAway(lasts time.Duration) {
	c.publish.downSince.Store(time.Now().UnixNano())
	time.AfterFunc(lasts, func() { c.publish.downSince.Store(0) })
}
