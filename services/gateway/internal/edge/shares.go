package edge

import (
	"net"
	"net/http"
	"net/netip"
	"sync"
)

// shares bounds the connections, of all clients and of each address. When all are taken, an address that has fewer than
// the one with the most gets one of that one's idle connections, so that nobody can keep others out by holding connections
// open. A trusted proxy, whose connections are many clients', has no bound of its own.
type shares struct {
	all, each int
	trusted   Proxies

	mu    sync.Mutex
	open  int
	by    map[string]map[*connection]struct{} // by address
	freed chan struct{}                       // has a value when a connection has closed
}

// connection is one that was accepted.
type connection struct {
	net.Conn

	shares  *shares
	address string
	busy    bool // a request is being answered; guarded by shares.mu
	once    sync.Once
}

func newShares(all, each int, trusted Proxies) *shares {
	return &shares{all: all, each: each, trusted: trusted, by: map[string]map[*connection]struct{}{}, freed: make(chan struct{}, 1)}
}

func (s *shares) listen(inner net.Listener) net.Listener {
	return &sharedListener{Listener: inner, shares: s, closed: make(chan struct{})}
}

type sharedListener struct {
	net.Listener

	shares *shares
	once   sync.Once
	closed chan struct{}
}

// Accept returns the next connection that has a share. One that has none is closed at once, so that its client looks
// elsewhere; while all are in use by requests, it waits.
func (l *sharedListener) Accept() (net.Conn, error) {
	for {
		inner, err := l.Listener.Accept()
		if err != nil {
			return nil, err
		}
		conn := &connection{Conn: inner, shares: l.shares, address: addressOf(inner)}
		if l.admit(conn) == admitted {
			return conn, nil
		}
		_ = inner.Close()
	}
}

// Close also ends an Accept that waits for room.
func (l *sharedListener) Close() error {
	l.once.Do(func() { close(l.closed) })
	return l.Listener.Close()
}

func (l *sharedListener) admit(conn *connection) admission {
	for {
		result, evicted := l.shares.admit(conn)
		if evicted != nil {
			_ = evicted.Close()
		}
		if result != full {
			return result
		}
		select {
		case <-l.shares.freed:
		case <-l.closed:
			return refused
		}
	}
}

type admission int

const (
	admitted admission = iota
	refused            // the address has its share
	full               // every connection is answering a request
)

// admit takes a connection in, perhaps in the place of an idle one, which is to be closed.
func (s *shares) admit(conn *connection) (result admission, evicted *connection) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.by[conn.address]) >= s.each && !s.trusts(conn) {
		return refused, nil
	}
	if s.open >= s.all {
		if evicted = s.idleOfMost(conn.address); evicted == nil {
			return full, nil
		}
		s.remove(evicted)
	}
	if s.by[conn.address] == nil {
		s.by[conn.address] = map[*connection]struct{}{}
	}
	s.by[conn.address][conn] = struct{}{}
	s.open++
	return admitted, evicted
}

// idleOfMost is an idle connection of the address that has the most, itself perhaps the one that asks.
func (s *shares) idleOfMost(asking string) *connection {
	var found *connection
	most := len(s.by[asking])
	for _, connections := range s.by {
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

func (s *shares) trusts(conn *connection) bool {
	addr, err := netip.ParseAddrPort(conn.RemoteAddr().String())
	return err == nil && s.trusted.Trust(addr.Addr())
}

// note follows what net/http does with a connection. A new one is idle until its request has come.
func (s *shares) note(conn net.Conn, state http.ConnState) {
	c, ok := conn.(*connection)
	if !ok {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	c.busy = state == http.StateActive
	if !c.busy {
		s.wake() // for one that waits until somebody is idle
	}
}

// Close gives the share back.
func (c *connection) Close() error {
	c.once.Do(func() {
		c.shares.mu.Lock()
		defer c.shares.mu.Unlock()
		c.shares.remove(c)
	})
	return c.Conn.Close()
}

func (s *shares) remove(c *connection) {
	if _, here := s.by[c.address][c]; !here {
		return
	}
	delete(s.by[c.address], c)
	if len(s.by[c.address]) == 0 {
		delete(s.by, c.address)
	}
	s.open--
	s.wake()
}

func (s *shares) wake() {
	select {
	case s.freed <- struct{}{}:
	default: // it is awake
	}
}

func addressOf(conn net.Conn) string {
	addr, err := netip.ParseAddrPort(conn.RemoteAddr().String())
	if err != nil {
		return "unknown"
	}
	return Client(addr.Addr())
}
