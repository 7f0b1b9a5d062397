package bus

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"net"
	"sync"
	"sync/atomic"
	"time"

	amqp "github.com/rabbitmq/amqp091-go"
)

const (
	heartbeat     = 2 * time.Second
	dialLimit     = 3 * time.Second
	greetLimit    = 10 * time.Second // for the handshake of a broker that has just started
	retryInterval = 500 * time.Millisecond
	closeLimit    = 5 * time.Second
)

var (
	errAway      = errors.New("the broker is unreachable")
	errBlocked   = errors.New("the broker blocks publishers")
	errReopening = errors.New("the channel is being reopened")
)

// link is one AMQP connection and its health. Its channels are reopened with it and never closed on their own:
// if a channel is closing at the moment its connection breaks, the library can never reconnect.
type link struct {
	conn      *amqp.Connection
	log       *slog.Logger
	downSince atomic.Int64 // Unix nanoseconds, 0 while open
	blocked   atomic.Bool  // by the broker's flow control: a memory or disk alarm
	closing   atomic.Bool  // by close
	lost      atomic.Bool  // recovery failed for good

	using     sync.RWMutex // read-locked to use a channel; recovery locks it before it reopens one
	reopening sync.Map     // the channels that the broker closed and that are not yet open again
}

// dialLink connects, retrying until ctx is done.
func dialLink(ctx context.Context, cfg Config, role string, mode amqp.TopologyRecoveryMode) (*link, error) {
	l := &link{log: cfg.Log.With("connection", role)}
	properties := amqp.NewConnectionProperties()
	properties.SetClientConnectionName(cfg.Service + "." + role)
	for {
		conn, err := amqp.DialConfig(cfg.URL, amqp.Config{
			Heartbeat:  heartbeat,
			Properties: properties,
			Dial:       dialTCP,
			Recovery: &amqp.Recovery{
				ReconnectionConfig:    &amqp.ReconnectionConfig{MaxRetryCount: math.MaxInt32, RetryInterval: retryInterval},
				ConnectionRecovery:    &recovery{link: l},
				TopologyRecoveryMode:  mode,
				OnTopologyEntityError: l.skipEntity,
			},
		})
		if err == nil {
			l.start(conn)
			return l, nil
		}
		l.log.WarnContext(ctx, "the broker does not answer yet", "error", err)
		wait(ctx, time.Second)
		if ctx.Err() != nil {
			return nil, fmt.Errorf("connect to the broker: %w", err)
		}
	}
}

func dialTCP(network, addr string) (net.Conn, error) {
	conn, err := net.DialTimeout(network, addr, dialLimit)
	if err != nil {
		return nil, err
	}
	if err := conn.SetDeadline(time.Now().Add(greetLimit)); err != nil { // the library clears it after the handshake
		return nil, errors.Join(err, conn.Close())
	}
	return conn, nil
}

func (l *link) start(conn *amqp.Connection) {
	l.conn = conn
	states := make(chan *amqp.StateChanged, 16)
	conn.NotifyStateChange(states)
	go l.watchStates(states)
	go l.watchBlocking(conn.NotifyBlocked(make(chan amqp.Blocking, 16)))
}

func (l *link) watchStates(states <-chan *amqp.StateChanged) {
	for state := range states {
		switch state.To {
		case amqp.StateOpen:
			l.blocked.Store(false) // if it still is, the broker notifies again
			l.downSince.Store(0)
			l.log.Info("the broker is reachable again")
		case amqp.StateReconnecting:
			l.downSince.CompareAndSwap(0, time.Now().UnixNano())
			l.log.Warn("the broker is unreachable; reconnecting")
		case amqp.StateClosing:
			l.downSince.CompareAndSwap(0, time.Now().UnixNano())
		case amqp.StateClosed:
			l.downSince.CompareAndSwap(0, time.Now().UnixNano())
			l.lost.Store(!l.closing.Load())
		}
	}
}

func (l *link) watchBlocking(blockings <-chan amqp.Blocking) {
	for b := range blockings {
		l.blocked.Store(b.Active)
		l.log.Warn("the broker changed its flow control", "blocked", b.Active, "reason", b.Reason)
	}
}

// ready returns nil when the connection is open and the broker accepts messages.
func (l *link) ready() error {
	if l.downSince.Load() != 0 || l.conn.IsClosed() {
		return errAway
	}
	if l.blocked.Load() {
		return errBlocked
	}
	return nil
}

// usable returns nil when ch is open and the broker accepts messages.
func (l *link) usable(ch *amqp.Channel) error {
	if err := l.ready(); err != nil {
		return err
	}
	if _, found := l.reopening.Load(ch); found {
		return errReopening
	}
	return nil
}

// on runs do with a channel. All use of a channel goes through on: a method sent while the channel is being reopened
// makes the broker close the channel or the connection, or is never answered.
func (l *link) on(ch *amqp.Channel, do func() error) error {
	l.using.RLock()
	defer l.using.RUnlock()
	if err := l.usable(ch); err != nil {
		return err
	}
	return do()
}

// waitForUsers waits until no channel is in use. A later use sees that the connection is closed or that the channel
// is being reopened.
func (l *link) waitForUsers() {
	l.using.Lock()
	defer l.using.Unlock()
}

// channel opens a channel, which stays in use as long as the connection.
func (l *link) channel() (*amqp.Channel, error) {
	l.using.RLock()
	defer l.using.RUnlock()
	if err := l.ready(); err != nil {
		return nil, err
	}
	ch, err := l.conn.Channel()
	if err != nil {
		return nil, fmt.Errorf("open a channel: %w", err)
	}
	return ch, nil
}

func (l *link) away() time.Duration {
	since := l.downSince.Load()
	if since == 0 {
		return 0
	}
	return time.Since(time.Unix(0, since))
}

// close closes the connection. It succeeds even if the broker cannot be notified.
func (l *link) close() error {
	l.closing.Store(true)
	closed := make(chan error, 1)
	go func() { closed <- l.conn.Close() }()
	select {
	case err := <-closed:
		if _, told := errors.AsType[*amqp.Error](err); told {
			return nil
		}
		return err
	case <-time.After(closeLimit):
		return errors.New("the connection to the broker could not be closed")
	}
}
