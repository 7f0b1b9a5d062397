package bustest

import (
	"io"
	"net"
	"net/url"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// Proxy forwards connections to the broker, so that a test can break a connection without stopping the
// broker.
type Proxy struct {
	URL string // connect to this instead of the broker

	broker  string
	mu      sync.Mutex
	closed  bool // drops new connections
	dropped int
	open    map[net.Conn]struct{}
}

// NewProxy starts a proxy to the broker of at. It stops when the test ends.
func NewProxy(t testing.TB, at string) *Proxy {
	t.Helper()
	target, err := url.Parse(at)
	require.NoError(t, err)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	p := &Proxy{broker: target.Host, open: map[net.Conn]struct{}{}}
	target.Host = listener.Addr().String()
	p.URL = target.String()
	go p.accept(listener)
	t.Cleanup(func() {
		_ = listener.Close()
		p.Cut()
	})
	return p
}

// Cut breaks every connection. New connections succeed.
func (p *Proxy) Cut() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for conn := range p.open {
		_ = conn.Close()
	}
	clear(p.open)
}

// Block breaks every connection and drops new ones until Unblock.
func (p *Proxy) Block() {
	p.setClosed(true)
	p.Cut()
}

// Unblock forwards new connections again.
func (p *Proxy) Unblock() { p.setClosed(false) }

// Dropped counts the connections that were dropped because of Block.
func (p *Proxy) Dropped() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.dropped
}

func (p *Proxy) setClosed(closed bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.closed = closed
}

func (p *Proxy) accept(listener net.Listener) {
	for {
		client, err := listener.Accept()
		if err != nil {
			return
		}
		server, err := net.Dial("tcp", p.broker)
		if err != nil || !p.keep(client, server) {
			_ = client.Close()
			continue
		}
		go pipe(client, server)
		go pipe(server, client)
	}
}

// keep records a pair of connections, unless the proxy drops them.
func (p *Proxy) keep(client, server net.Conn) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		p.dropped++
		_ = server.Close()
		return false
	}
	p.open[client], p.open[server] = struct{}{}, struct{}{}
	return true
}

func pipe(from, to net.Conn) {
	_, _ = io.Copy(to, from)
	_ = from.Close()
	_ = to.Close()
}
