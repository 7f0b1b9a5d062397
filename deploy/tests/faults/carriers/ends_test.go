package carriers_test

import (
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/shared/bus"
	"github.com/mintfax/mintfax/shared/contract"
)

// ends are the events of the ends of faxes, by fax.
type ends struct {
	mu       sync.Mutex
	heard    map[string]map[time.Time]contract.FaxStatus
	repeated int
}

// listen hears the events on the broker as a service does.
func (b bench) listen(t *testing.T) *ends {
	t.Helper()
	conn, err := bus.Dial(t.Context(), bus.Config{
		URL: b.instance.Env()["AMQP_URL"], Service: "campaign", Log: slog.New(slog.DiscardHandler), Metrics: prometheus.NewRegistry(),
	})
	require.NoError(t, err)
	t.Cleanup(func() { _ = conn.Close() })
	e := &ends{heard: map[string]map[time.Time]contract.FaxStatus{}}
	listener := bus.NewListener(conn)
	for _, event := range []contract.Event[contract.FaxEvent]{contract.FaxDelivered, contract.FaxFailed, contract.FaxCanceled} {
		bus.Hear(listener, event, e.add)
	}
	go func() { _ = listener.Run(t.Context()) }() // it ends with the test
	time.Sleep(time.Second)                       // until it hears
	return e
}

// add counts what was published twice after a crash once: an event is published at least once, and it is the same one
// when it is of the same time. Two ends would be of two times.
func (e *ends) add(event contract.FaxEvent) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.heard[event.FaxID] == nil {
		e.heard[event.FaxID] = map[time.Time]contract.FaxStatus{}
	}
	if status, again := e.heard[event.FaxID][event.OccurredAt]; again && status == event.Status {
		e.repeated++
	}
	e.heard[event.FaxID][event.OccurredAt] = event.Status
}

// of returns the different ends of a fax, which should be one.
func (e *ends) of(fax string) (statuses []string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, status := range e.heard[fax] {
		statuses = append(statuses, string(status))
	}
	return statuses
}

func (e *ends) count() (faxes, repeated int) {
	e.mu.Lock()
	defer e.mu.Unlock()
	return len(e.heard), e.repeated
}
