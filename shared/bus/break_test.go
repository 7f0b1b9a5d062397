package bus_test

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/shared/apierror"
	"github.com/mintfax/mintfax/shared/bus"
	"github.com/mintfax/mintfax/shared/bus/bustest"
	"github.com/mintfax/mintfax/shared/contract"
)

const (
	patience = 30 * time.Second
	often    = 20 * time.Millisecond
)

// set counts handled messages, each once.
type set struct {
	mu  sync.Mutex
	all map[string]bool
}

func (s *set) add(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.all == nil {
		s.all = map[string]bool{}
	}
	s.all[id] = true
}

func (s *set) size() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.all)
}

func TestABrokenConnectionLosesNoWork(t *testing.T) {
	at := bustest.VHost(t)
	proxy := bustest.NewProxy(t, at)
	conn := bustest.Dial(t, at)
	publisher, err := bus.NewPublisher(conn)
	require.NoError(t, err)
	const total = 300
	messages := make([]bus.Message, total)
	for i := range messages {
		messages[i] = work(fmt.Sprintf("w%d", i))
	}
	publishAll(t, publisher, messages...)

	var handled set
	consumer := bus.NewConsumer(bustest.Dial(t, proxy.URL), bus.WorkFaxDispatch, 4)
	bus.OnWork(consumer, task, func(_ context.Context, id string, _ text) error {
		time.Sleep(5 * time.Millisecond) // so that at every break some messages are in progress and some wait
		handled.add(id)
		return nil
	})
	bustest.Serve(t, consumer.Run)
	for _, part := range []int{total / 4, total / 2, total * 3 / 4} {
		require.Eventually(t, func() bool { return handled.size() >= part }, patience, often)
		proxy.Cut()
	}
	require.Eventually(t, func() bool { return handled.size() == total }, patience, often)
	require.Eventually(t, func() bool {
		waiting, err := conn.Waiting()
		return err == nil && waiting[bus.WorkFaxDispatch] == 0
	}, patience, often, "what was handled is done with")
	dead, err := conn.DeadLetters()
	require.NoError(t, err)
	require.Zero(t, dead[bus.WorkFaxDispatch])
}

func TestPendingCallFailsWhenTheConnectionBreaks(t *testing.T) {
	at := bustest.VHost(t)
	proxy := bustest.NewProxy(t, at)
	asked, release := make(chan struct{}, 100), make(chan struct{})
	server := bus.NewServer(bustest.Dial(t, at), bus.RPCWallet, 4)
	bus.Handle(server, contract.GetBalances, func(context.Context, contract.GetAccountRequest) (contract.Balances, error) {
		asked <- struct{}{}
		<-release
		return contract.Balances{}, nil
	})
	bustest.Serve(t, server.Run)
	client, err := bus.NewClient(bustest.Dial(t, proxy.URL))
	require.NoError(t, err)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	answered := make(chan error, 1)
	go func() {
		_, err := bus.Call(ctx, client, contract.GetBalances, contract.GetAccountRequest{AccountID: "acct_1"})
		answered <- err
	}()
	<-asked
	proxy.Cut()
	select {
	case err := <-answered:
		require.True(t, apierror.Has(err, apierror.ServiceUnavailable), "%v", err)
	case <-time.After(10 * time.Second):
		t.Error("the call waited for its deadline of a minute")
	}
	close(release)
	require.Eventually(t, func() bool {
		_, err := bus.Call(t.Context(), client, contract.GetBalances, contract.GetAccountRequest{AccountID: "acct_1"})
		return err == nil
	}, patience, often, "the next call is answered")
}

func TestLateAckAfterAReconnectDoesNotAckAnotherMessage(t *testing.T) {
	at := bustest.VHost(t)
	proxy := bustest.NewProxy(t, at)
	conn := bustest.Dial(t, at)
	publisher, err := bus.NewPublisher(conn)
	require.NoError(t, err)
	consumer := bus.NewConsumer(bustest.Dial(t, proxy.URL), bus.WorkFaxDispatch, 1)
	inHand, proceed := make(chan string), make(chan struct{})
	bus.OnWork(consumer, task, func(_ context.Context, id string, _ text) error {
		inHand <- id
		<-proceed
		return nil
	})
	bustest.Serve(t, consumer.Run)
	publishAll(t, publisher, work("first"))
	require.Equal(t, "first", <-inHand)
	publishAll(t, publisher, work("second")) // prefetched, behind the first
	require.Eventually(t, func() bool { return waiting(t, conn) == 0 }, patience, often)
	proxy.Cut()
	require.Eventually(t, func() bool { return waiting(t, conn) == 2 }, patience, often, "the broker has requeued both")
	proceed <- struct{}{} // its acknowledgement belongs to the old connection
	counts := map[string]int{}
	for range 2 {
		counts[<-inHand]++
		proceed <- struct{}{}
	}
	require.Equal(t, map[string]int{"first": 1, "second": 1}, counts)
}

func waiting(t *testing.T, conn *bus.Conn) int {
	counts, err := conn.Waiting()
	require.NoError(t, err)
	return counts[bus.WorkFaxDispatch]
}

func TestReadingDeadLettersDuringBreaksDoesNotPreventReconnecting(t *testing.T) {
	proxy := bustest.NewProxy(t, bustest.VHost(t))
	conn := bustest.Dial(t, proxy.URL)
	looking, stop := context.WithCancel(t.Context())
	var lookers sync.WaitGroup
	for range 4 {
		lookers.Go(func() {
			for looking.Err() == nil {
				_, _ = conn.DeadLetters()
			}
		})
	}
	for range 5 {
		require.Eventually(t, func() bool { return conn.Ready() == nil }, patience, often)
		proxy.Cut()
		require.Eventually(t, func() bool { return conn.Ready() != nil }, patience, time.Millisecond)
	}
	stop()
	lookers.Wait()
	require.Eventually(t, func() bool {
		_, err := conn.DeadLetters()
		return err == nil && conn.Ready() == nil
	}, patience, often)
}

func TestUnavailableBrokerFailsReadinessAndCalls(t *testing.T) {
	at := bustest.VHost(t)
	proxy := bustest.NewProxy(t, at)
	conn := bustest.Dial(t, proxy.URL)
	client, err := bus.NewClient(conn)
	require.NoError(t, err)
	publisher, err := bus.NewPublisher(conn)
	require.NoError(t, err)
	proxy.Block()
	require.Eventually(t, func() bool { return conn.Ready() != nil }, patience, often)
	_, err = bus.Call(t.Context(), client, echo, text{})
	require.True(t, apierror.Has(err, apierror.ServiceUnavailable), "%v", err)
	require.Error(t, publisher.PublishEvent(t.Context(), "e1", "fax.queued", []byte(`{}`)))
	proxy.Unblock()
	require.Eventually(t, func() bool { return conn.Ready() == nil }, patience, often)
	require.NoError(t, publisher.PublishEvent(t.Context(), "e1", "fax.queued", []byte(`{}`)))
}

func TestManyFailedHandshakesDoNotPreventReconnecting(t *testing.T) {
	at := bustest.VHost(t)
	proxy := bustest.NewProxy(t, at)
	conn := bustest.Dial(t, proxy.URL)
	client, err := bus.NewClient(conn)
	require.NoError(t, err)
	server := bus.NewServer(bustest.Dial(t, at), bus.RPCWallet, 1)
	bus.Handle(server, echo, func(_ context.Context, q text) (text, error) { return q, nil })
	bustest.Serve(t, server.Run)
	proxy.Block()
	dropped := proxy.Dropped()
	require.Eventually(t, func() bool { return proxy.Dropped() >= dropped+8 }, patience, often)
	proxy.Unblock()
	require.Eventually(t, func() bool {
		_, err := bus.Call(t.Context(), client, echo, text{})
		return err == nil && conn.Ready() == nil
	}, patience, often)
}

func TestLongOutageOfTheBrokerEndsTheProcess(t *testing.T) {
	proxy := bustest.NewProxy(t, bustest.VHost(t))
	conn, err := bus.DialWithLimits(t.Context(), bus.Config{URL: proxy.URL, Service: t.Name(), Log: slog.New(slog.DiscardHandler)}, 300*time.Millisecond, time.Second)
	require.NoError(t, err)
	t.Cleanup(func() { _ = conn.Close() })
	proxy.Block()
	require.ErrorContains(t, <-conn.Down(), "unreachable")
}

func TestCloseIsNotReportedAsAFailure(t *testing.T) {
	proxy := bustest.NewProxy(t, bustest.VHost(t))
	conn := bustest.Dial(t, proxy.URL)
	proxy.Block()
	require.Eventually(t, func() bool { return conn.Ready() != nil }, patience, often)
	require.NoError(t, conn.Close(), "also while the broker is unreachable")
	select {
	case err := <-conn.Down():
		t.Error(err)
	default:
	}
}

func TestAChannelThatTheBrokerClosesIsReopenedUnderLoad(t *testing.T) {
	at := bustest.VHost(t)
	client, _ := answering(t, at, 4, func(_ context.Context, q text) (text, error) { return q, nil })
	calling, stop := context.WithCancel(t.Context())
	var callers sync.WaitGroup
	defer callers.Wait()
	defer stop()
	var answered atomic.Int64
	for range 16 {
		callers.Go(func() {
			for calling.Err() == nil {
				ctx, cancel := context.WithTimeout(t.Context(), time.Second)
				_, err := bus.Call(ctx, client, echo, text{"x"})
				cancel()
				if err == nil {
					answered.Add(1)
				} else if !apierror.Has(err, apierror.ServiceUnavailable) {
					t.Error(err)
				}
			}
		})
	}
	for range 5 {
		before := answered.Load()
		require.Eventually(t, func() bool { return answered.Load() > before+100 }, patience, often)
		_ = client.BreakChannel()
	}
	before := answered.Load()
	require.Eventually(t, func() bool { return answered.Load() > before+1000 }, patience, often)
}

func TestPublisherRecoversWhenItsChannelIsClosed(t *testing.T) {
	publisher, handled := consuming(t, bustest.VHost(t), func(context.Context, string, text) error { return nil })
	require.NoError(t, publisher.BreakChannel())
	require.Eventually(t, func() bool {
		return publisher.PublishWork(t.Context(), "after", string(task), []byte(`{}`)) == nil
	}, patience, often)
	require.Equal(t, "after", <-handled)
}
