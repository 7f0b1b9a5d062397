package edge

import (
	"bufio"
	"context"
	"io"
	"net"
	"net/http"
	"net/netip"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// serve starts a server on loopback and returns its address.
func serve(t *testing.T, all, each int, trusted []string, handler http.HandlerFunc) string {
	t.Helper()
	server := New(Config{Connections: all, PerAddress: each, TrustedProxies: trusted}, handler)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	done := make(chan error, 1)
	go func() { done <- server.http.Serve(server.limit.listen(listener)) }()
	t.Cleanup(func() {
		require.NoError(t, server.http.Close())
		require.ErrorIs(t, <-done, http.ErrServerClosed)
	})
	return listener.Addr().String()
}

// dial connects from an address of loopback.
func dial(t *testing.T, from, to string) net.Conn {
	t.Helper()
	dialer := net.Dialer{LocalAddr: net.TCPAddrFromAddrPort(netip.AddrPortFrom(netip.MustParseAddr(from), 0)), Timeout: 5 * time.Second}
	conn, err := dialer.DialContext(t.Context(), "tcp", to)
	require.NoError(t, err)
	t.Cleanup(func() { _ = conn.Close() })
	return conn
}

// served asks on a connection and reports whether it was answered.
func served(t *testing.T, conn net.Conn) bool {
	t.Helper()
	require.NoError(t, conn.SetDeadline(time.Now().Add(5*time.Second)))
	_, _ = io.WriteString(conn, "GET / HTTP/1.1\r\nHost: x\r\n\r\n") // a closed one fails below
	answer, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		return false
	}
	return answer.Body.Close() == nil && answer.StatusCode == http.StatusOK
}

func ok(http.ResponseWriter, *http.Request) {}

func TestConnectionsOfAnAddressAreBounded(t *testing.T) {
	at := serve(t, 100, 3, nil, ok)
	var mine []net.Conn
	for range 3 {
		mine = append(mine, dial(t, "127.0.0.2", at))
		require.True(t, served(t, mine[len(mine)-1]))
	}
	require.False(t, served(t, dial(t, "127.0.0.2", at)))
	require.True(t, served(t, dial(t, "127.0.0.3", at)), "another address has its own bound")
	require.NoError(t, mine[0].Close())
	require.Eventually(t, func() bool { return served(t, dial(t, "127.0.0.2", at)) }, 5*time.Second, 10*time.Millisecond)
}

func TestTrustedProxyHasNoBoundOfItsOwn(t *testing.T) {
	at := serve(t, 100, 3, []string{"127.0.0.0/30"}, ok)
	for range 10 {
		require.True(t, served(t, dial(t, "127.0.0.2", at)))
	}
}

func TestFullServerEvictsAnIdleConnectionOfTheLargestAddress(t *testing.T) {
	at := serve(t, 10, 8, nil, ok)
	var greedy []net.Conn
	for range 7 {
		greedy = append(greedy, dial(t, "127.0.0.2", at))
	}
	others := []net.Conn{dial(t, "127.0.0.3", at), dial(t, "127.0.0.3", at), dial(t, "127.0.0.4", at)}
	for _, conn := range append(greedy, others...) {
		require.True(t, served(t, conn))
	}
	for range 4 {
		require.True(t, served(t, dial(t, "127.0.0.5", at)))
	}
	for _, conn := range others {
		require.True(t, served(t, conn), "who has few keeps them")
	}
}

func TestRequestInFlightIsNotEvicted(t *testing.T) {
	began, release := make(chan struct{}, 2), make(chan struct{})
	at := serve(t, 2, 2, nil, func(http.ResponseWriter, *http.Request) { began <- struct{}{}; <-release })
	answers := make(chan bool, 3)
	for range 2 {
		conn := dial(t, "127.0.0.2", at)
		go func() { answers <- served(t, conn) }()
		<-began
	}
	late := dial(t, "127.0.0.3", at)
	go func() { answers <- served(t, late) }()
	select {
	case <-answers:
		t.Fatal("nothing is answered while both are busy")
	case <-time.After(50 * time.Millisecond):
	}
	close(release)
	for range 3 {
		require.True(t, <-answers)
	}
}

func TestFullServerShutsDown(t *testing.T) {
	release := make(chan struct{})
	began := make(chan struct{}, 1)
	server := New(Config{Addr: "127.0.0.1:0", Connections: 1, PerAddress: 1}, http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		began <- struct{}{}
		<-release
	}))
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	stopped := make(chan error, 1)
	go func() { stopped <- server.http.Serve(server.limit.listen(listener)) }()
	first := dial(t, "127.0.0.2", listener.Addr().String())
	go served(t, first)
	<-began
	dial(t, "127.0.0.3", listener.Addr().String())
	ended := make(chan error, 1)
	go func() { ended <- server.http.Shutdown(context.WithoutCancel(t.Context())) }()
	require.ErrorIs(t, <-stopped, http.ErrServerClosed)
	close(release)
	require.NoError(t, <-ended)
}

func TestClientNetworkIsTheIPv4AddressOrTheIPv6Network(t *testing.T) {
	for given, want := range map[string]string{
		"192.0.2.1": "192.0.2.1", "::ffff:192.0.2.1": "192.0.2.1", "2001:db8:1:2:3::4": "2001:db8:1:2::/64", "fe80::1%eth0": "fe80::/64",
	} {
		require.Equal(t, want, networkOf(netip.MustParseAddr(given)), given)
	}
}
