package bus

import (
	amqp "github.com/rabbitmq/amqp091-go"
)

// recovery is the library's own. In addition it tells the link which channels are not to be written to.
type recovery struct {
	amqp.DefaultConnectionRecovery
	link *link
}

// OnConnectionClose connects anew, until it succeeds. It returns at once, because the library calls it
// where it also takes the notices of attempts that failed: while they pile up, each further attempt
// is held up for longer than its handshake may take, and none ever succeeds.
func (r *recovery) OnConnectionClose(conn *amqp.Connection, cause *amqp.Error) {
	r.link.waitForUsers()
	go r.DefaultConnectionRecovery.OnConnectionClose(conn, cause)
}

// OnChannelClose reopens a channel that the broker closed, for example because something did not exist.
func (r *recovery) OnChannelClose(ch *amqp.Channel, cause *amqp.Error) {
	r.link.reopening.Store(ch, struct{}{})
	r.link.waitForUsers()
	defer r.link.reopening.Delete(ch)
	if !r.link.conn.IsClosed() {
		r.link.log.Error("the broker closed a channel; reopening it", "error", cause)
	}
	r.DefaultConnectionRecovery.OnChannelClose(ch, cause)
	if isGone(ch) && !r.link.closing.Load() {
		r.link.lost.Store(true) // nobody opens it again, and its users wait for it
	}
}

// isGone reports whether a channel is closed for good. The library ends this notice at once if so.
func isGone(ch *amqp.Channel) bool {
	select {
	case <-ch.NotifyRecoveryCancel(make(chan struct{})):
		return true
	default:
		return false
	}
}

// skipEntity says whether recovery goes on without something that could not be declared again. A
// definite refusal would only be repeated; everything else is tried again with the connection.
func (l *link) skipEntity(_ *amqp.Connection, failed amqp.TopologyRecoveryEntity) bool {
	l.log.Error("the topology could not be recovered", "kind", failed.EntityType.String(), "name", failed.EntityName, "error", failed.Err)
	return isRefusal(failed.Err)
}
