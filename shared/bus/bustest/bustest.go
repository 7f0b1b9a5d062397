package bustest

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/shared/bus"
	"github.com/mintfax/mintfax/shared/ids"
)

const instruction = "%s is not set: run the tests with `make test`, which starts the servers"

// VHost creates a virtual host, which is deleted when the test ends, and returns its AMQP URL.
func VHost(t testing.TB) string {
	t.Helper()
	broker, err := url.Parse(setting(t, "TEST_AMQP_URL"))
	require.NoError(t, err)
	name := "t-" + strings.ToLower(ids.Base62(12))
	at := setting(t, "TEST_AMQP_MANAGEMENT_URL") + "/api/vhosts/" + name
	require.NoError(t, manage(t.Context(), http.MethodPut, at))
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second) // t.Context is done in a cleanup
		defer cancel()
		if err := manage(ctx, http.MethodDelete, at); err != nil {
			t.Logf("delete the virtual host: %v", err)
		}
	})
	broker.Path = "/" + name
	return broker.String()
}

// Dial connects to a broker and closes the connection when the test ends.
func Dial(t testing.TB, at string) *bus.Conn {
	t.Helper()
	conn, err := bus.Dial(t.Context(), bus.Config{URL: at, Service: t.Name(), Log: slog.New(slog.DiscardHandler)})
	require.NoError(t, err)
	t.Cleanup(func() { _ = conn.Close() })
	return conn
}

// Serve runs a server or a consumer until the test ends.
func Serve(t testing.TB, run func(context.Context) error) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	done := make(chan error, 1)
	go func() { done <- run(ctx) }()
	stopped := false
	stop = func() {
		if stopped {
			return
		}
		stopped = true
		cancel()
		if err := <-done; err != nil {
			t.Errorf("it did not stop in good order: %v", err)
		}
	}
	t.Cleanup(stop)
	return stop
}

// DropConnections recreates the virtual host of at: the broker closes every connection to it and deletes
// everything in it.
func DropConnections(t testing.TB, at string) {
	t.Helper()
	broker, err := url.Parse(at)
	require.NoError(t, err)
	management := setting(t, "TEST_AMQP_MANAGEMENT_URL")
	require.NoError(t, manage(t.Context(), http.MethodDelete, management+"/api/vhosts/"+strings.Trim(broker.Path, "/")))
	require.NoError(t, manage(t.Context(), http.MethodPut, management+"/api/vhosts/"+strings.Trim(broker.Path, "/")))
}

func setting(t testing.TB, name string) string {
	t.Helper()
	value := os.Getenv(name)
	if value == "" {
		t.Fatalf(instruction, name)
	}
	return value
}

func manage(ctx context.Context, method, at string) error {
	parsed, err := url.Parse(at)
	if err != nil {
		return err
	}
	user := parsed.User
	parsed.User = nil
	request, err := http.NewRequestWithContext(ctx, method, parsed.String(), http.NoBody)
	if err != nil {
		return err
	}
	password, _ := user.Password()
	request.SetBasicAuth(user.Username(), password)
	request.Header.Set("Content-Type", "application/json")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode >= http.StatusBadRequest {
		return fmt.Errorf("%s %s: status %d", method, parsed, response.StatusCode)
	}
	return nil
}
