package bus_test

import (
	"context"
	"errors"
	"maps"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	amqp "github.com/rabbitmq/amqp091-go"
	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/shared/bus"
	"github.com/mintfax/mintfax/shared/bus/bustest"
	"github.com/mintfax/mintfax/shared/contract"
	"github.com/mintfax/mintfax/shared/telemetry"
)

const task contract.Work[text] = "fax.dispatch"

func work(id string) bus.Message {
	return bus.Message{ID: id, Kind: bus.KindWork, Name: string(task), Body: []byte(`{"Value":"` + id + `"}`)}
}

// consuming runs a consumer and returns a publisher and the ids of the messages that were handled without error.
func consuming(t *testing.T, at string, handler func(context.Context, string, text) error) (*bus.Publisher, <-chan string) {
	t.Helper()
	handled := make(chan string, 100)
	consumer := bus.NewConsumer(bustest.Dial(t, at), bus.WorkFaxDispatch, 2)
	bus.OnWork(consumer, task, func(ctx context.Context, id string, body text) error {
		err := handler(ctx, id, body)
		if err == nil {
			handled <- id
		}
		return err
	})
	bustest.Serve(t, consumer.Run)
	publisher, err := bus.NewPublisher(bustest.Dial(t, at))
	require.NoError(t, err)
	return publisher, handled
}

func publishAll(t *testing.T, p *bus.Publisher, messages ...bus.Message) {
	t.Helper()
	for _, err := range p.PublishAll(t.Context(), messages) {
		require.NoError(t, err)
	}
}

func TestFailedWorkIsRetriedLater(t *testing.T) {
	var tries atomic.Int64
	publisher, handled := consuming(t, bustest.VHost(t), func(context.Context, string, text) error {
		if tries.Add(1) < 2 {
			return errors.New("not yet")
		}
		return nil
	})
	publishAll(t, publisher, work("w1"))
	require.Equal(t, "w1", <-handled)
	require.EqualValues(t, 2, tries.Load())
}

func TestPermanentlyFailedWorkIsKeptAndCanBeReplayed(t *testing.T) {
	at := bustest.VHost(t)
	var mended atomic.Bool
	publisher, handled := consuming(t, at, func(context.Context, string, text) error {
		if !mended.Load() {
			return bus.Permanent(errors.New("hopeless"))
		}
		return nil
	})
	publishAll(t, publisher, work("w1"), bus.Message{ID: "w2", Kind: bus.KindWork, Name: string(task), Body: []byte(`{`)})
	conn := bustest.Dial(t, at)
	require.Eventually(t, func() bool { return len(dead(t, conn)) == 2 }, 10*time.Second, 50*time.Millisecond)
	for _, letter := range dead(t, conn) { // reading must not remove them
		require.NotEmpty(t, letter.Reason)
	}
	mended.Store(true)
	require.Eventually(t, func() bool {
		n, err := conn.Replay(t.Context(), bus.WorkFaxDispatch, 10)
		return err == nil && n > 0
	}, 10*time.Second, 50*time.Millisecond)
	require.Equal(t, "w1", <-handled)
}

func dead(t *testing.T, conn *bus.Conn) []bus.DeadLetter {
	letters, err := conn.ListDead(bus.WorkFaxDispatch, 10)
	require.NoError(t, err)
	return letters
}

func TestPublishingUnroutedWorkFails(t *testing.T) {
	publisher, err := bus.NewPublisher(bustest.Dial(t, bustest.VHost(t)))
	require.NoError(t, err)
	results := publisher.PublishAll(t.Context(), []bus.Message{
		{ID: "a", Kind: bus.KindWork, Name: "nowhere", Body: []byte(`{}`)},
		work("b"),
		{ID: "c", Kind: bus.KindEvent, Name: "unheard", Body: []byte(`{}`)},
		{ID: "d", Kind: bus.KindEvent, Name: "large", Body: make([]byte, bus.MaxBody+1)},
	})
	require.ErrorContains(t, results[0], "no queue takes")
	require.NoError(t, results[1])
	require.NoError(t, results[2], "an event may have no subscriber")
	require.ErrorContains(t, results[3], "over the limit")
}

func TestReturnedMessageIsAnErrorAlthoughItIsConfirmed(t *testing.T) {
	at := bustest.VHost(t)
	publisher, err := bus.NewPublisher(bustest.Dial(t, at))
	require.NoError(t, err)
	deleteQueue(t, at, bus.WorkFaxDispatch)
	results := publisher.PublishAll(t.Context(), []bus.Message{
		{ID: "same", Kind: bus.KindEvent, Name: "unheard", Body: []byte(`{}`)}, work("same"),
	})
	require.NoError(t, results[0])
	require.ErrorContains(t, results[1], "no queue takes")
	bustest.Dial(t, at) // declares it again
	require.NoError(t, publisher.PublishWork(t.Context(), "same", string(task), []byte(`{}`)))
}

func TestEventCarriesItsIDAndRequestID(t *testing.T) {
	at := bustest.VHost(t)
	const event contract.Event[text] = "fax.delivered"
	heard := make(chan string, 1)
	consumer := bus.NewConsumer(bustest.Dial(t, at), bus.EventsWallet, 1)
	bus.OnEvent(consumer, event, func(ctx context.Context, id string, body text) error {
		heard <- id + " " + body.Value + " " + telemetry.RequestID(ctx)
		return nil
	})
	bustest.Serve(t, consumer.Run)
	publisher, err := bus.NewPublisher(bustest.Dial(t, at))
	require.NoError(t, err)
	ctx := telemetry.WithRequestID(t.Context(), "req_1")
	require.NoError(t, publisher.PublishEvent(ctx, "e1", string(event), []byte(`{"Value":"hello"}`)))
	require.Equal(t, "e1 hello req_1", <-heard)
}

func TestMessageThatCrashesItsConsumersIsDeadLetteredWithAReason(t *testing.T) {
	at := bustest.VHost(t)
	conn := bustest.Dial(t, at)
	publisher, err := bus.NewPublisher(conn)
	require.NoError(t, err)
	publishAll(t, publisher, work("deadly"))
	raw, err := amqp.Dial(at)
	require.NoError(t, err)
	defer raw.Close()
	ch, err := raw.Channel()
	require.NoError(t, err)
	require.Eventually(t, func() bool {
		d, found, err := ch.Get(string(bus.WorkFaxDispatch), false)
		require.NoError(t, err)
		if found {
			require.NoError(t, d.Nack(false, true)) // as the broker does when a consumer disconnects
		}
		return len(dead(t, conn)) == 1
	}, patience, time.Millisecond)
	require.Equal(t, "delivery_limit", dead(t, conn)[0].Reason)
}

func TestReadingDeadLettersManyTimesLosesNone(t *testing.T) {
	at := bustest.VHost(t)
	conn := bustest.Dial(t, at)
	publisher, _ := consuming(t, at, func(context.Context, string, text) error { return bus.Permanent(errors.New("no")) })
	publishAll(t, publisher, work("w1"), work("w2"), work("w3"))
	require.Eventually(t, func() bool { return len(dead(t, conn)) == 3 }, patience, often)
	for range 30 {
		require.Len(t, dead(t, conn), 3)
	}
	require.Eventually(t, func() bool { // the last read may not have requeued all yet
		counts, err := conn.DeadLetters()
		require.NoError(t, err)
		return maps.Equal(counts, map[bus.Queue]int{bus.WorkFaxDispatch: 3, bus.EventsWallet: 0, bus.EventsBilling: 0, bus.EventsAuth: 0, bus.WorkAuthMail: 0})
	}, patience, often)
}

func deleteQueue(t *testing.T, at string, queue bus.Queue) {
	t.Helper()
	raw, err := amqp.Dial(at)
	require.NoError(t, err)
	defer raw.Close()
	ch, err := raw.Channel()
	require.NoError(t, err)
	_, err = ch.QueueDelete(string(queue), false, false, false)
	require.NoError(t, err)
}

func TestTopologyMatchesTheGoldenFile(t *testing.T) {
	golden, err := os.ReadFile("testdata/topology.golden")
	require.NoError(t, err)
	require.Equal(t, strings.TrimSpace(string(golden)), strings.TrimSpace(bus.DescribeTopology()),
		"running systems depend on every name on the broker: update testdata/topology.golden deliberately")
}

func TestDeclaringTwiceIsHarmless(t *testing.T) {
	at := bustest.VHost(t)
	for range 2 {
		require.NoError(t, bustest.Dial(t, at).Ready())
	}
}
