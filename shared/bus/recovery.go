package bus

import (
	amqp "github.com/rabbitmq/amqp091-go"
)

// recovery is the library's recovery. It also marks in the link the channels that must not be used.
type recovery struct {
	amqp.DefaultConnectionRecovery
	link *link
}

// OnConnectionClose reconnects, retrying until it succeeds. It returns at once, because the calling goroutine also
// receives the notifications of failed attempts: while they pile up, they delay each further attempt beyond its
// handshake timeout, and none ever succeeds.
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
		r.link.lost.Store(true) // nothing reopens it, and its users would wait forever
	}
}

// isGone reports whether a channel is closed for good. The library then closes the notification channel at once.
func isGone(ch *amqp.Channel) bool {
	select {
	case <-ch.NotifyRecoveryCancel(make(chan struct{})):
		return true
	default:
		return false
	}
}

// skipEntity reports whether recovery continues without an entity that could not be declared again. A
// permanent error would only repeat; after any other, the connection is recovered again.
func (l *link) skipEntity(_ *amqp.Connection, failed amqp.TopologyRecoveryEntity) bool {
	l.log.Error("the topology could not be recovered", "kind", failed.EntityType.String(), "name", failed.EntityName, "error", failed.Err)
	return isRefusal(failed.Err)
}
