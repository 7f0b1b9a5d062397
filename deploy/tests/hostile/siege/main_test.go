//go:build long

package siege_test

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

var instance *stack.Instance

func TestMain(m *testing.M) { os.Exit(run(m)) }

// run starts an instance with the limits that it has by default.
func run(m *testing.M) int {
	ctx := context.Background()
	dir, err := os.MkdirTemp("", "mintfax-siege-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)
	instance, err = stack.Start(ctx, stack.Options{
		Dir: dir, Env: map[string]map[string]string{stack.Gateway: {"LIMIT_REGISTRATIONS_PER_HOUR": "1000"}},
	})
	if err != nil {
		fmt.Fprintln(os.Stderr, "the siege: run it with `make test`, which starts the servers:", err)
		return 1
	}
	code := m.Run()
	if code != 0 {
		tellErrors()
	}
	if err := instance.Close(context.WithoutCancel(ctx)); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return code
}

// clientAt speaks to the gateway from an address of loopback.
func clientAt(address string) *apiclient.Client {
	return apiclient.New(instance.GatewayURL(), instance.MailDir()).SetTransport(transportAt(address))
}

func transportAt(address string) *http.Transport {
	dialer := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(address)}, Timeout: 10 * time.Second}
	return &http.Transport{DialContext: dialer.DialContext, MaxIdleConnsPerHost: 64}
}

// stranger is one of 20 addresses of unauthenticated attackers.
func stranger(n int) string { return fmt.Sprintf("127.0.1.%d", 1+n%20) }

func register(t *testing.T, c *apiclient.Client) apiclient.Account {
	t.Helper()
	a, err := c.Register(t.Context(), "A", strings.ToLower(ids.Base62(16))+"@siege.example")
	require.NoError(t, err)
	return a
}

// customer is a paying account, with its live key.
func customer(t *testing.T, c *apiclient.Client) (a apiclient.Account, liveKey string) {
	t.Helper()
	a = register(t, c)
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

// tellErrors prints the first errors of each log, as the logs go with their directory.
func tellErrors() {
	const most = 8
	logs, _ := filepath.Glob(filepath.Join(instance.LogDir(), "*"))
	for _, path := range logs {
		text, _ := os.ReadFile(path)
		told := 0
		for line := range strings.Lines(string(text)) {
			if told < most && strings.Contains(line, `"level":"ERROR"`) {
				fmt.Fprintf(os.Stderr, "%s: %.600s\n", filepath.Base(path), line)
				told++
			}
		}
	}
}
