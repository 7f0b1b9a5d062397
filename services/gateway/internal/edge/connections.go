package edge

import (
	"net"
	"net/http"
	"net/netip"
	"sync"
)

// connectionLimit bounds the open connections, in total and for each address. When all are taken, a new connection
// replaces an idle one of the address that has the most, so that no address can keep others out by holding connections
// open. A trusted proxy carries many clients and has no bound of its own.
type connectionLimit struct {
	all, each int
	trusted   Proxies

	mu    sync.Mutex
	open  int
	by    map[string]map[*connection]struct{} // by address
	freed chan struct{}                       // has a value when a connection has closed or become idle
}

// connection is an accepted connection.
type connection struct {
	net.Conn

	limit   *connectionLimit
	address string
	busy    bool // a request is being answered; guarded by limit.mu
	once    sync.Once
}

func newConnectionLimit(all, each int, trusted Proxies) *connectionLimit {
	return &connectionLimit{all: all, each: each, trusted: trusted, by: map[string]map[*connection]struct{}{}, freed: make(chan struct{}, 1)}
}

func (l *connectionLimit) listen(inner net.Listener) net.Listener {
	return &limitedListener{Listener: inner, limit: l, closed: make(chan struct{})}
}

type limitedListener struct {
	net.Listener

	limit  *connectionLimit
	once   sync.Once
	closed chan struct{}
}

// Accept returns the next connection that is within the limits. One that exceeds its address's limit is closed at once,
// so that its client tries elsewhere. While every connection is answering a request, Accept waits.
func (l *limitedListener) Accept() (net.Conn, error) {
	for {
		inner, err := l.Listener.Accept()
		if err != nil {
			return nil, err
		}
		conn := &connection{Conn: inner, limit: l.limit, address: addressOf(inner)}
		if l.admit(conn) == admitted {
			return conn, nil
		}
		_ = inner.Close()
	}
}

// Close also ends an Accept that waits.
func (l *limitedListener) Close() error {
	l.once.Do(func() { close(l.closed) })
	return l.Listener.Close()
}

func (l *limitedListener) admit(conn *connection) admission {
	for {
		result, evicted := l.limit.admit(conn)
		if evicted != nil {
			_ = evicted.Close()
		}
		if result != full {
			return result
		}
		select {
		case <-l.limit.freed:
		case <-l.closed:
			return refused
		}
	}
}

type admission int

const (
	admitted admission = iota
	refused            // the address has reached its limit
	full               // every connection is answering a request
)

// admit counts a connection. It may evict an idle one, which the caller closes.
func (l *connectionLimit) admit(conn *connection) (result admission, evicted *connection) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.by[conn.address]) >= l.each && !l.trusts(conn) {
		return refused, nil
	}
	if l.open >= l.all {
		if evicted = l.idleOfMost(conn.address); evicted == nil {
			return full, nil
		}
		l.remove(evicted)
	}
	if l.by[conn.address] == nil {
		l.by[conn.address] = map[*connection]struct{}{}
	}
	l.by[conn.address][conn] = struct{}{}
	l.open++
	return admitted, evicted
}

// idleOfMost returns an idle connection of the address that has the most, which may be the requesting one.
func (l *connectionLimit) idleOfMost(asking string) *connection {
	var found *connection
	most := len(l.by[asking])
	for _, connections := range l.by {
		if len(connections) < most || (found != nil && len(connections) == most) {
			continue
		}
		for conn := range connections {
			if !conn.busy {
				found, most = conn, len(connections)
				break
			}
		}
	}
	return found
}

func (l *connectionLimit) trusts(conn *connection) bool {
	addr, err := netip.ParseAddrPort(conn.RemoteAddr().String())
	return err == nil && l.trusted.Trust(addr.Addr())
}

// note is net/http's ConnState hook. A new connection is idle until its request has arrived.
func (l *connectionLimit) note(conn net.Conn, state http.ConnState) {
	c, ok := conn.(*connection)
	if !ok {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	c.busy = state == http.StateActive
	if !c.busy {
		l.wake() // an Accept may wait for an idle connection
	}
}

// Close also ends the counting of the connection.
func (c *connection) Close() error {
	c.once.Do(func() {
		c.limit.mu.Lock()
		defer c.limit.mu.Unlock()
		c.limit.remove(c)
	})
	return c.Conn.Close()
}

func (l *connectionLimit) remove(c *connection) {
	if _, here := l.by[c.address][c]; !here {
		return
	}
	delete(l.by[c.address], c)
	if len(l.by[c.address]) == 0 {
		delete(l.by, c.address)
	}
	l.open--
	l.wake()
}

func (l *connectionLimit) wake() {
	select {
	case l.freed <- struct{}{}:
	default:
	}
}

func addressOf(conn net.Conn) string {
	addr, err := netip.ParseAddrPort(conn.RemoteAddr().String())
	if err != nil {
		return "unknown"
	}
	return networkOf(addr.Addr())
}
