package local

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"sync"
)

// Below the range from which the system serves outgoing connections, which would take a port between
// its choice and its use.
const lowestPort, highestPort = 20000, 32000

// Ports hands out free TCP ports of the loopback address, each once on this machine until Release.
type Ports struct {
	mu    sync.Mutex
	taken map[int]net.Listener // reservations
}

// Take returns preferred if it is free, else any free port. Without a preference it is 0.
func (p *Ports) Take(ctx context.Context, preferred int) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if preferred != 0 && p.claim(ctx, preferred) {
		return preferred, nil
	}
	for range 1000 {
		port := lowestPort + rand.IntN(highestPort-lowestPort) //nolint:gosec // it need not be secret
		if p.claim(ctx, port) {
			return port, nil
		}
	}
	return 0, errors.New("no free TCP port found")
}

// Release lets others take the ports.
func (p *Ports) Release() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, reservation := range p.taken {
		_ = reservation.Close() // it has no file
	}
	p.taken = nil
}

// PortFree reports whether a program could listen on the port of the loopback address now.
func PortFree(ctx context.Context, port int) bool {
	var config net.ListenConfig
	listener, err := config.Listen(ctx, "tcp", fmt.Sprintf("127.0.0.1:%d", port))
	if err != nil {
		return false
	}
	return listener.Close() == nil
}

func (p *Ports) claim(ctx context.Context, port int) bool {
	if p.taken[port] != nil || !PortFree(ctx, port) {
		return false
	}
	reservation, err := reserve(ctx, port)
	if err != nil {
		return false
	}
	if p.taken == nil {
		p.taken = make(map[int]net.Listener)
	}
	p.taken[port] = reservation
	return true
}

// reserve keeps other processes from choosing the port before a program listens on it, which may be after a build.
// A name in Linux's abstract socket namespace leaves no file and ends with the process.
func reserve(ctx context.Context, port int) (net.Listener, error) {
	var config net.ListenConfig
	return config.Listen(ctx, "unix", fmt.Sprintf("@mintfax-port-%d", port))
}
