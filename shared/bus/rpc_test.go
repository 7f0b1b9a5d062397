package bus_test

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/shared/apierror"
	"github.com/mintfax/mintfax/shared/bus"
	"github.com/mintfax/mintfax/shared/bus/bustest"
	"github.com/mintfax/mintfax/shared/contract"
	"github.com/mintfax/mintfax/shared/telemetry"
)

type text struct{ Value string }

const echo contract.Method[text, text] = "wallet.echo"

// answering runs a server with one handler and returns a client of it.
func answering(t testing.TB, at string, concurrency int, handler func(context.Context, text) (text, error)) (client *bus.Client, stop func()) {
	t.Helper()
	server := bus.NewServer(bustest.Dial(t, at), bus.RPCWallet, concurrency)
	bus.Handle(server, echo, handler)
	stop = bustest.Serve(t, server.Run)
	client, err := bus.NewClient(bustest.Dial(t, at))
	require.NoError(t, err)
	return client, stop
}

func TestCallIsAnsweredAndCarriesItsRequestID(t *testing.T) {
	client, _ := answering(t, bustest.VHost(t), 4, func(ctx context.Context, q text) (text, error) {
		return text{q.Value + " " + telemetry.RequestID(ctx)}, nil
	})
	var wg sync.WaitGroup
	for range 200 {
		wg.Go(func() {
			answer, err := bus.Call(telemetry.WithRequestID(t.Context(), "req_1"), client, echo, text{"hello"})
			if err != nil || answer.Value != "hello req_1" {
				t.Errorf("%v %v", answer, err)
			}
		})
	}
	wg.Wait()
}

func TestErrorReachesTheCallerWithContextAndWithoutCause(t *testing.T) {
	client, _ := answering(t, bustest.VHost(t), 1, func(context.Context, text) (text, error) {
		return text{}, apierror.Wrap(apierror.InsufficientBalance, errors.New("secret cause")).With("required", 12)
	})
	_, err := bus.Call(t.Context(), client, echo, text{})
	var refusal *apierror.Error
	require.ErrorAs(t, err, &refusal)
	require.Equal(t, apierror.InsufficientBalance, refusal.Code)
	require.EqualValues(t, 12, refusal.Context["required"])
	require.NotContains(t, err.Error(), "secret")
}

func TestUnknownErrorsAndPanicsBecomeInternalErrors(t *testing.T) {
	client, _ := answering(t, bustest.VHost(t), 1, func(_ context.Context, q text) (text, error) {
		if q.Value == "panic" {
			panic("oh")
		}
		return text{}, errors.New("a fault")
	})
	for _, value := range []string{"panic", "fault", "panic"} {
		_, err := bus.Call(t.Context(), client, echo, text{value})
		require.True(t, apierror.Has(err, apierror.InternalError), "%v", err)
	}
}

func TestTimeoutIsUnavailable(t *testing.T) {
	client, _ := answering(t, bustest.VHost(t), 1, func(ctx context.Context, _ text) (text, error) {
		<-ctx.Done() // the caller's deadline
		return text{}, ctx.Err()
	})
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	_, err := bus.Call(ctx, client, echo, text{})
	require.True(t, apierror.Has(err, apierror.ServiceUnavailable), "%v", err)

	ctx, cancel = context.WithCancel(t.Context())
	cancel()
	_, err = bus.Call(ctx, client, echo, text{})
	require.True(t, apierror.Has(err, apierror.ServiceUnavailable), "%v", err)
}

func TestExpiredCallIsNotExecuted(t *testing.T) {
	at := bustest.VHost(t)
	var executed sync.Map
	begun, proceed := make(chan struct{}), make(chan struct{})
	client, _ := answering(t, at, 1, func(_ context.Context, q text) (text, error) {
		executed.Store(q.Value, true)
		if q.Value == "slow" {
			close(begun)
			<-proceed
		}
		return q, nil
	})
	var slow sync.WaitGroup
	slow.Go(func() { _, _ = bus.Call(t.Context(), client, echo, text{"slow"}) })
	<-begun
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	_, err := bus.Call(ctx, client, echo, text{"expired"}) // is delivered and waits behind the slow call
	require.True(t, apierror.Has(err, apierror.ServiceUnavailable), "%v", err)
	close(proceed)
	slow.Wait()
	_, err = bus.Call(t.Context(), client, echo, text{"after"})
	require.NoError(t, err)
	_, found := executed.Load("expired")
	require.False(t, found)
}

func TestUnknownMethodAndMalformedRequestAreInternalErrors(t *testing.T) {
	client, _ := answering(t, bustest.VHost(t), 1, func(_ context.Context, q text) (text, error) { return q, nil })
	_, err := bus.Call(t.Context(), client, contract.Method[text, text]("wallet.unheard"), text{})
	require.True(t, apierror.Has(err, apierror.InternalError), "%v", err)
	_, err = bus.Call(t.Context(), client, contract.Method[int, text]("wallet.echo"), 1) // not a JSON object
	require.True(t, apierror.Has(err, apierror.InternalError), "%v", err)
}

func TestUnroutedCallIsUnavailableAtOnce(t *testing.T) {
	client, err := bus.NewClient(bustest.Dial(t, bustest.VHost(t)))
	require.NoError(t, err)
	_, err = bus.Call(t.Context(), client, contract.Method[text, text]("nowhere.echo"), text{})
	require.True(t, apierror.Has(err, apierror.ServiceUnavailable), "%v", err)
	require.ErrorContains(t, err, "NO_ROUTE", "not by waiting for the deadline")
}

func TestCallWithoutAServerIsUnavailable(t *testing.T) {
	client, err := bus.NewClient(bustest.Dial(t, bustest.VHost(t)))
	require.NoError(t, err)
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	_, err = bus.Call(ctx, client, echo, text{})
	require.True(t, apierror.Has(err, apierror.ServiceUnavailable), "%v", err)
}

// After an outage the two connections of a server recover one after the other.
func TestServerDelaysExecutionUntilItCanReply(t *testing.T) {
	at := bustest.VHost(t)
	conn := bustest.Dial(t, at)
	server := bus.NewServer(conn, bus.RPCWallet, 1)
	bus.Handle(server, echo, func(_ context.Context, q text) (text, error) { return q, nil })
	bustest.Serve(t, server.Run)
	client, err := bus.NewClient(bustest.Dial(t, at))
	require.NoError(t, err)
	_, err = bus.Call(t.Context(), client, echo, text{"before"})
	require.NoError(t, err)
	conn.PublishAway(300 * time.Millisecond)
	answer, err := bus.Call(t.Context(), client, echo, text{"meanwhile"})
	require.NoError(t, err)
	require.Equal(t, "meanwhile", answer.Value)
}

func TestStoppingServerFinishesStartedCallsAndRequeuesTheRest(t *testing.T) {
	at := bustest.VHost(t)
	started := make(chan struct{}, 100)
	proceed := make(chan struct{})
	client, stopFirst := answering(t, at, 2, func(context.Context, text) (text, error) {
		started <- struct{}{}
		<-proceed
		return text{"first"}, nil
	})
	answers := make(chan string, 10)
	for range 10 {
		go func() {
			answer, err := bus.Call(t.Context(), client, echo, text{})
			if err != nil {
				answer.Value = err.Error()
			}
			answers <- answer.Value
		}()
	}
	<-started
	<-started
	second := bus.NewServer(bustest.Dial(t, at), bus.RPCWallet, 2)
	bus.Handle(second, echo, func(context.Context, text) (text, error) { return text{"second"}, nil })
	stopped := make(chan struct{})
	go func() { stopFirst(); close(stopped) }()
	bustest.Serve(t, second.Run)
	counts := map[string]int{}
	for range 8 {
		counts[<-answers]++
	}
	close(proceed)
	<-stopped
	for range 2 {
		counts[<-answers]++
	}
	require.Equal(t, map[string]int{"first": 2, "second": 8}, counts)
}

func TestServerAndClientRecoverAfterTheBrokerClosesAllConnections(t *testing.T) {
	at := bustest.VHost(t)
	client, _ := answering(t, at, 2, func(_ context.Context, q text) (text, error) { return q, nil })
	publisher, consumed := consuming(t, at, func(context.Context, string, text) error { return nil })
	bustest.DropConnections(t, at) // deletes the whole topology with the virtual host
	require.Eventually(t, func() bool {
		_, err := bus.Call(t.Context(), client, echo, text{"again"})
		return err == nil
	}, 30*time.Second, 50*time.Millisecond, "calls must be answered again")
	require.Eventually(t, func() bool {
		return publisher.PublishAll(t.Context(), []bus.Message{work("after")})[0] == nil
	}, 30*time.Second, 50*time.Millisecond, "messages must be published again")
	require.Equal(t, "after", <-consumed)
}

func TestStoppingServerAbandonsSlowHandlers(t *testing.T) {
	at := bustest.VHost(t)
	conn, err := bus.DialWithLimits(t.Context(), bus.Config{URL: at, Service: t.Name(), Log: slog.New(slog.DiscardHandler)}, time.Minute, 200*time.Millisecond)
	require.NoError(t, err)
	t.Cleanup(func() { _ = conn.Close() })
	server := bus.NewServer(conn, bus.RPCWallet, 1)
	begun, abandoned := make(chan struct{}), make(chan struct{})
	bus.Handle(server, echo, func(ctx context.Context, q text) (text, error) {
		close(begun)
		<-ctx.Done()
		close(abandoned)
		return q, nil
	})
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- server.Run(ctx) }()
	client, err := bus.NewClient(bustest.Dial(t, at))
	require.NoError(t, err)
	asking, cancel := context.WithTimeout(t.Context(), time.Minute) // the handler's deadline, too
	var caller sync.WaitGroup
	caller.Go(func() { _, _ = bus.Call(asking, client, echo, text{}) })
	<-begun
	stop()
	require.ErrorContains(t, <-ended, "not finished in time")
	<-abandoned
	cancel()
	caller.Wait()
}

func TestCallsAndDeadLettersAreMeasured(t *testing.T) {
	registry := prometheus.NewRegistry()
	at := bustest.VHost(t)
	_, _ = answering(t, at, 1, func(_ context.Context, q text) (text, error) { return q, nil })
	conn, err := bus.Dial(t.Context(), bus.Config{URL: at, Service: t.Name(), Log: slog.New(slog.DiscardHandler), Metrics: registry})
	require.NoError(t, err)
	t.Cleanup(func() { _ = conn.Close() })
	client, err := bus.NewClient(conn)
	require.NoError(t, err)
	_, err = bus.Call(t.Context(), client, echo, text{})
	require.NoError(t, err)
	require.Eventually(t, func() bool {
		families, err := registry.Gather()
		require.NoError(t, err)
		names := map[string]bool{}
		for _, family := range families {
			names[family.GetName()] = true
		}
		return names["mintfax_rpc_call_seconds"] && names["mintfax_dead_letters"]
	}, patience, often)
}
