package runner

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"strings"

	"github.com/mintfax/mintfax/shared/config"
)

// healthcheckLimit is above readyLimit, so that the service itself can report what is wrong.
const healthcheckLimit = readyLimit + readyLimit/2

const reasonLimit = 512 // bytes

// Healthcheck queries the readiness of the service at INTERNAL_ADDR. The program does this itself because its
// image has no shell.
func Healthcheck(ctx context.Context) error {
	settings, err := config.Load[struct {
		InternalAddr string `env:"INTERNAL_ADDR,required"`
	}]()
	if err != nil {
		return err
	}
	addr, err := facing(settings.InternalAddr)
	if err != nil {
		return err
	}
	return AskReady(ctx, addr, "/readyz")
}

// AskReady sends a GET to the program that listens on addr, and returns the response as an error unless it is 200.
func AskReady(ctx context.Context, addr, path string) error {
	reachable, err := loopback(addr)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, healthcheckLimit)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+reachable+path, nil)
	if err != nil {
		return err
	}
	client := http.Client{Transport: &http.Transport{}} // never through a proxy
	defer client.CloseIdleConnections()
	response, err := client.Do(request)
	if err != nil {
		return fmt.Errorf("not ready: %w", err)
	}
	defer response.Body.Close()
	if response.StatusCode == http.StatusOK {
		return nil
	}
	reason, err := io.ReadAll(io.LimitReader(response.Body, reasonLimit))
	return errors.Join(fmt.Errorf("not ready: %s", strings.TrimSpace(string(reason))), err)
}

// loopback returns addr with an unspecified host replaced by the loopback address.
func loopback(addr string) (string, error) {
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		return "", fmt.Errorf("the address to check: %w", err)
	}
	if ip, err := netip.ParseAddr(host); host == "" || err == nil && ip.IsUnspecified() {
		host = "127.0.0.1"
		if ip.Is6() {
			host = "::1"
		}
	}
	return net.JoinHostPort(host, port), nil
}
