package main

import (
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestSettingsThatAreNotOfAnEmulatorAreRefused(t *testing.T) {
	good := settings{
		PublicURL: "http://127.0.0.1:12111", SecretKey: "sk_test_1", WebhookURL: "http://127.0.0.1:8080/stripe/webhook",
	}
	require.NoError(t, good.Validate())
	live := good
	live.SecretKey = "sk_live_1"
	require.ErrorContains(t, live.Validate(), "EMULATOR_SECRET_KEY")
	require.NotContains(t, live.Validate().Error(), "sk_live_1")
	lost := good
	lost.PublicURL, lost.WebhookURL = "127.0.0.1:12111", "ftp://host/"
	require.ErrorContains(t, lost.Validate(), "EMULATOR_PUBLIC_URL")
	require.ErrorContains(t, lost.Validate(), "EMULATOR_WEBHOOK_URL")
}

func TestServingEndsWithTheContextAfterWhatIsUnderWay(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	entered, answers, ended := make(chan struct{}), make(chan string, 1), make(chan error, 1)
	handler := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		close(entered)
		<-ctx.Done()
		_, _ = w.Write([]byte("done"))
	})
	go func() { ended <- serve(ctx, listener, handler, slog.New(slog.DiscardHandler)) }()
	go func() {
		response, err := http.Get("http://" + listener.Addr().String())
		if err != nil {
			answers <- err.Error()
			return
		}
		defer response.Body.Close()
		body, _ := io.ReadAll(response.Body)
		answers <- string(body)
	}()
	<-entered
	cancel()
	require.NoError(t, <-ended)
	require.Equal(t, "done", <-answers)
}

func TestTheHealthCheckAsksTheEmulatorThatRuns(t *testing.T) {
	server := httptest.NewServer(withHealth(http.NotFoundHandler()))
	t.Setenv("EMULATOR_ADDR", server.Listener.Addr().String())
	require.NoError(t, healthcheck(t.Context()))
	server.Close()
	require.ErrorContains(t, healthcheck(t.Context()), "not ready")
}
