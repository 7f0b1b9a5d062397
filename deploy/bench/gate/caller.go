package main

import (
	"strings"
	"sync/atomic"
	"time"

	"github.com/valyala/fasthttp"
)

const callLimit = 10 * time.Second

// caller sends requests to one gateway, each with the next key. It is cheap, so that what it uses of the machine
// is not missing where it matters.
type caller struct {
	client *fasthttp.HostClient
	keys   []string
	next   atomic.Uint64
	good   atomic.Int64 // answers with the expected status
	shed   atomic.Int64 // 503 with Retry-After
	wrong  atomic.Int64 // any other answer, and none
	want   int
}

func newCaller(url string, connections int, keys []string, want int) *caller {
	return &caller{
		client: &fasthttp.HostClient{
			Addr: strings.TrimPrefix(url, "http://"), MaxConns: connections, NoDefaultUserAgentHeader: true,
			ReadTimeout: callLimit, WriteTimeout: callLimit, MaxIdemponentCallAttempts: 1,
		},
		keys: keys, want: want,
	}
}

// call makes one request, counts its answer, and reports whether it was the expected one.
func (c *caller) call() bool {
	request, response := fasthttp.AcquireRequest(), fasthttp.AcquireResponse()
	defer func() { fasthttp.ReleaseRequest(request); fasthttp.ReleaseResponse(response) }()
	request.Header.SetRequestURI("/v1/environment")
	request.Header.SetHost(c.client.Addr)
	request.Header.Set("Authorization", "Bearer "+c.keys[c.next.Add(1)%uint64(len(c.keys))])
	err := c.client.Do(request, response)
	switch {
	case err == nil && response.StatusCode() == c.want:
		c.good.Add(1)
		return true
	case err == nil && response.StatusCode() == fasthttp.StatusServiceUnavailable && len(response.Header.Peek("Retry-After")) > 0:
		c.shed.Add(1)
	default:
		c.wrong.Add(1)
	}
	return false
}

func (c *caller) close() { c.client.CloseIdleConnections() }
