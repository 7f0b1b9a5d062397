package httpapi_test

import (
	"bufio"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/services/gateway/internal/admission"
	"github.com/mintfax/mintfax/shared/contract"
)

// A request beyond the bound does not wait, and a client that ignores Retry-After is slowed down.
func TestOverloadShedsRequestsAtOnceAndRestsTheirConnections(t *testing.T) {
	g := setup(t, func(c *admission.Config, _ *redis.Options) { c.KeyPerMinute = 10_000 })
	g.held = make(chan struct{})
	key := g.key(contract.KindTest, "")
	server := httptest.NewServer(g.handler)
	defer server.Close()
	var shed atomic.Int64
	var asking sync.WaitGroup
	for range 1050 {
		asking.Go(func() {
			caller := connect(t, server, key)
			defer caller.Close()
			if answer := caller.ask(t); answer.StatusCode == http.StatusServiceUnavailable && answer.Header.Get("Retry-After") == "1" {
				shed.Add(1)
			}
		})
	}
	require.Eventually(t, func() bool { return shed.Load() >= 50 }, 10*time.Second, time.Millisecond)
	caller := connect(t, server, key)
	defer caller.Close()
	require.Equal(t, http.StatusServiceUnavailable, caller.ask(t).StatusCode)
	refused := time.Now()
	close(g.held)
	asking.Wait()
	require.Equal(t, http.StatusOK, caller.ask(t).StatusCode)
	require.Greater(t, time.Since(refused), 900*time.Millisecond)
	other := connect(t, server, key)
	defer other.Close()
	require.Equal(t, http.StatusOK, other.ask(t).StatusCode)
}

// caller is a connection on which requests are made one after the other.
type caller struct {
	net.Conn

	answers *bufio.Reader
	key     string
}

func connect(t *testing.T, server *httptest.Server, key string) *caller {
	conn, err := net.Dial("tcp", server.Listener.Addr().String())
	if err != nil {
		t.Error(err)
		t.FailNow()
	}
	return &caller{conn, bufio.NewReader(conn), key}
}

func (c *caller) ask(t *testing.T) *http.Response {
	_, err := fmt.Fprintf(c, "GET /v1/environment HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\n\r\n", c.key)
	if err != nil {
		t.Error(err)
		return &http.Response{}
	}
	answer, err := http.ReadResponse(c.answers, nil)
	if err != nil {
		t.Error(err)
		return &http.Response{}
	}
	if err := answer.Body.Close(); err != nil { // reads it to its end
		t.Error(err)
	}
	return answer
}
