package bus

import (
	"errors"
	"log/slog"
	"sync/atomic"
	"time"

	amqp "github.com/rabbitmq/amqp091-go"
)

// link is one AMQP connection and what is known about its health.
type link struct {
	conn       *amqp.Connection
	log        *slog.Logger
	downSince  atomic.Int64  // Unix nanoseconds, 0 while open
	blocked    atomic.Bool   // the broker holds back publishers: a memory or disk alarm
	generation atomic.Uint64 // grows with every reconnect; delivery tags do not outlive one
}

func newLink(conn *amqp.Connection, log *slog.Logger) *link {
	l := &link{conn: conn, log: log}
	states := make(chan *amqp.StateChanged, 16)
	conn.NotifyStateChange(states)
	go l.watchStates(states)
	go l.watchBlocking(conn.NotifyBlocked(make(chan amqp.Blocking, 16)))
	return l
}

func (l *link) watchStates(states <-chan *amqp.StateChanged) {
	for state := range states {
		switch state.To {
		case amqp.StateOpen:
			l.downSince.Store(0)
			l.log.Info("the broker is back")
		case amqp.StateReconnecting:
			l.generation.Add(1)
			l.downSince.CompareAndSwap(0, time.Now().UnixNano())
			l.log.Warn("the broker is away; reconnecting")
		case amqp.StateClosing, amqp.StateClosed:
			l.generation.Add(1)
			l.downSince.CompareAndSwap(0, time.Now().UnixNano())
		}
		if state.To == amqp.StateClosed {
			return
		}
	}
}

func (l *link) watchBlocking(blockings <-chan amqp.Blocking) {
	for b := range blockings {
		l.blocked.Store(b.Active)
		l.log.Warn("the broker changed its flow control", "blocked", b.Active, "reason", b.Reason)
	}
}

func (l *link) ready() error {
	if l.downSince.Load() != 0 || l.conn.IsClosed() {
		return errors.New("the broker is away")
	}
	if l.blocked.Load() {
		return errors.New("the broker holds back publishers")
	}
	return nil
}

func (l *link) away() time.Duration {
	since := l.downSince.Load()
	if since == 0 {
		return 0
	}
	return time.Since(time.Unix(0, since))
}

func (l *link) close() error {
	if l == nil || l.conn.IsClosed() {
		return nil
	}
	return l.conn.Close()
}
