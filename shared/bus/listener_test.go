package bus_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/shared/bus"
	"github.com/mintfax/mintfax/shared/bus/bustest"
	"github.com/mintfax/mintfax/shared/contract"
)

const (
	fact      contract.Event[text] = "fax.delivered"
	otherFact contract.Event[text] = "fax.sending"
)

func listening(t *testing.T, at string) <-chan string {
	t.Helper()
	heard := make(chan string, 1000)
	listener := bus.NewListener(bustest.Dial(t, at))
	bus.Hear(listener, fact, func(body text) { heard <- body.Value })
	bustest.Serve(t, listener.Run)
	return heard
}

// tell publishes an event until the listener receives it: a listener misses events from before it subscribes.
func tell(t *testing.T, p *bus.Publisher, value string, heard <-chan string) {
	t.Helper()
	require.Eventually(t, func() bool {
		p.PublishAll(t.Context(), []bus.Message{{ID: value, Kind: bus.KindEvent, Name: string(fact), Body: []byte(`{"Value":"` + value + `"}`)}})
		for {
			select {
			case got := <-heard:
				if got == value {
					return true
				}
			case <-time.After(100 * time.Millisecond):
				return false
			}
		}
	}, 20*time.Second, 10*time.Millisecond)
}

func TestEveryListenerReceivesEverySubscribedEvent(t *testing.T) {
	at := bustest.VHost(t)
	publisher, err := bus.NewPublisher(bustest.Dial(t, at))
	require.NoError(t, err)
	one, another := listening(t, at), listening(t, at)
	tell(t, publisher, "there", one)
	tell(t, publisher, "also there", another)
	for _, message := range []bus.Message{
		{ID: "1", Kind: bus.KindEvent, Name: string(otherFact), Body: []byte(`{"Value":"not asked for"}`)},
		{ID: "2", Kind: bus.KindEvent, Name: string(fact), Body: []byte(`{`)},
		{ID: "3", Kind: bus.KindEvent, Name: string(fact), Body: []byte(`{"Value":"last"}`)},
	} {
		require.NoError(t, publisher.PublishAll(t.Context(), []bus.Message{message})[0])
	}
	for _, heard := range []<-chan string{one, another} {
		for got := ""; got != "last"; {
			got = <-heard
			require.NotEqual(t, "not asked for", got)
		}
	}
}

func TestListenerReconnectsAfterABreak(t *testing.T) {
	at := bustest.VHost(t)
	publisher, err := bus.NewPublisher(bustest.Dial(t, at))
	require.NoError(t, err)
	heard := listening(t, at)
	tell(t, publisher, "before", heard)
	bustest.DropConnections(t, at)
	tell(t, publisher, "after", heard)
}
