//go:build long

package hostile_test

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/deploy/stack"
	"github.com/mintfax/mintfax/deploy/stack/apiclient"
	"github.com/mintfax/mintfax/shared/ids"
)

// siege is an instance with the limits that it has by default, unlike that of the other tests.
type siege struct{ *stack.Instance }

func startSiege(t *testing.T) siege {
	t.Helper()
	besieged, err := stack.Start(t.Context(), stack.Options{
		Dir: t.TempDir(), Env: map[string]map[string]string{stack.Gateway: {"LIMIT_REGISTRATIONS_PER_HOUR": "1000"}},
	})
	require.NoError(t, err, "run it with `make test-long`, which starts the servers")
	s := siege{besieged}
	t.Cleanup(func() {
		if t.Failed() {
			s.printErrors()
		}
		require.NoError(t, besieged.Close(context.WithoutCancel(t.Context())))
	})
	return s
}

// clientAt speaks to the gateway from an address of loopback.
func (s siege) clientAt(address string) *apiclient.Client {
	return apiclient.New(s.GatewayURL(), s.MailDir()).SetTransport(transportAt(address))
}

func transportAt(address string) *http.Transport {
	dialer := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(address)}, Timeout: 10 * time.Second}
	return &http.Transport{DialContext: dialer.DialContext, MaxIdleConnsPerHost: 64}
}

// outsider is one of 20 addresses of unauthenticated attackers.
func outsider(n int) string { return fmt.Sprintf("127.0.1.%d", 1+n%20) }

func registerWith(t *testing.T, c *apiclient.Client) apiclient.Account {
	t.Helper()
	a, err := c.Register(t.Context(), "A", strings.ToLower(ids.Base62(16))+"@siege.example")
	require.NoError(t, err)
	return a
}

// customer is a paying account, with its live key.
func customer(t *testing.T, c *apiclient.Client) (a apiclient.Account, liveKey string) {
	t.Helper()
	a = registerWith(t, c)
	liveKey, err := c.CreateLiveKey(t.Context(), a)
	require.NoError(t, err)
	checkout, err := c.OpenCheckout(t.Context(), a, "scale")
	require.NoError(t, err)
	paid, err := c.PayWith(t.Context(), checkout.URL, apiclient.CardPays)
	require.NoError(t, err)
	require.Equal(t, http.StatusSeeOther, paid.Status)
	require.Eventually(t, func() bool {
		answer, err := c.Do(t.Context(), http.MethodGet, "/v1/environment", liveKey, nil)
		return err == nil && answer.Status == http.StatusOK
	}, 30*time.Second, 50*time.Millisecond)
	return a, liveKey
}

// bytesIn is what lies in a directory.
func bytesIn(dir string) (sum int64) {
	_ = filepath.Walk(dir, func(_ string, info os.FileInfo, err error) error {
		if err == nil && !info.IsDir() {
			sum += info.Size()
		}
		return nil
	})
	return sum
}

// printErrors prints the first errors of each log, since the logs are deleted with their directory.
func (s siege) printErrors() {
	const most = 8
	logs, _ := filepath.Glob(filepath.Join(s.LogDir(), "*"))
	for _, path := range logs {
		text, _ := os.ReadFile(path)
		printed := 0
		for line := range strings.Lines(string(text)) {
			if printed < most && strings.Contains(line, `"level":"ERROR"`) {
				fmt.Fprintf(os.Stderr, "%s: %.600s\n", filepath.Base(path), line)
				printed++
			}
		}
	}
}
