package runner

import (
	"fmt"
	"net"

	"github.com/mintfax/mintfax/shared/config"
)

// facing returns addr with its host replaced by the local address that routes to INTERNAL_FACING (host:port), if that
// setting is set. On a machine with several networks, the internal port is then reachable only from that network.
func facing(addr string) (string, error) {
	settings, err := config.Load[struct {
		Facing string `env:"INTERNAL_FACING"`
	}]()
	if err != nil || settings.Facing == "" {
		return addr, err
	}
	_, port, err := net.SplitHostPort(addr)
	if err != nil {
		return "", fmt.Errorf("INTERNAL_ADDR: %w", err)
	}
	route, err := net.Dial("udp", settings.Facing) // this sends nothing
	if err != nil {
		return "", fmt.Errorf("INTERNAL_FACING: %w", err)
	}
	defer route.Close()
	host, _, err := net.SplitHostPort(route.LocalAddr().String())
	return net.JoinHostPort(host, port), err
}
