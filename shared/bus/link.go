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
	errAway      = errors.New("the broker is away")
	errBlocked   = errors.New("the broker holds back publishers")
	errReopening = errors.New("the channel is being reopened")
)

// link is one AMQP connection and what is known about its health. Its channels live as long as it does
// and are reopened with it. None is ever closed by itself: the library can never reconnect again when a
// channel is being closed at the moment that its connection breaks.
type link struct {
	conn      *amqp.Connection
	log       *slog.Logger
	downSince atomic.Int64 // Unix nanoseconds, 0 while open
	blocked   atomic.Bool  // the broker holds back publishers: a memory or disk alarm
	closing   atomic.Bool  // by ourselves
	lost      atomic.Bool  // recovery gave up

	using     sync.RWMutex // read-held to use a channel; recovery waits for it before it reopens any
	reopening sync.Map     // the channels that the broker closed and that are not open again
}

// dialLink connects, trying again until ctx is done.
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
	if err := conn.SetDeadline(time.Now().Add(greetLimit)); err != nil { // the library lifts it afterwards
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
			l.blocked.Store(false) // the broker says so again if it still is
			l.downSince.Store(0)
			l.log.Info("the broker is back")
		case amqp.StateReconnecting:
			l.downSince.CompareAndSwap(0, time.Now().UnixNano())
			l.log.Warn("the broker is away; reconnecting")
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

// ready returns nil when the connection is open and the broker takes messages.
func (l *link) ready() error {
	if l.downSince.Load() != 0 || l.conn.IsClosed() {
		return errAway
	}
	if l.blocked.Load() {
		return errBlocked
	}
	return nil
}

// usable returns nil when ch is open and the broker takes messages.
func (l *link) usable(ch *amqp.Channel) error {
	if err := l.ready(); err != nil {
		return err
	}
	if _, found := l.reopening.Load(ch); found {
		return errReopening
	}
	return nil
}

// on does something with a channel. All use of one goes through here, because what comes between the
// steps of its reopening makes the broker close it anew, or the connection, or is never answered.
func (l *link) on(ch *amqp.Channel, do func() error) error {
	l.using.RLock()
	defer l.using.RUnlock()
	if err := l.usable(ch); err != nil {
		return err
	}
	return do()
}

// waitForUsers returns when nothing is being done with any channel. What begins later sees that the
// connection is closed or the channel is being reopened.
func (l *link) waitForUsers() {
	l.using.Lock()
	defer l.using.Unlock()
}

// channel opens a channel, to be used for as long as the connection lives.
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

// close closes the connection. It counts as closed also when the broker could not be told.
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
