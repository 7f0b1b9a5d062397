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

// Ports hands out free TCP ports of the loopback address, each once.
type Ports struct {
	mu    sync.Mutex
	taken map[int]bool
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
	if p.taken[port] || !PortFree(ctx, port) {
		return false
	}
	if p.taken == nil {
		p.taken = make(map[int]bool)
	}
	p.taken[port] = true
	return true
}
