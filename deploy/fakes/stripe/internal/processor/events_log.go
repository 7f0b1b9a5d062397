package processor

import (
	"encoding/json"
	"log/slog"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/mintfax/mintfax/deploy/fakes/stripe/control"
)

// Endpoint is where events go.
type Endpoint struct {
	URL        string // empty: events are only recorded
	Secret     string
	AtOnce     int           // deliveries at the same time, at most
	FirstDelay time.Duration // before the second attempt; it doubles
	LastDelay  time.Duration // the longest
	Timeout    time.Duration // of one attempt
}

// Log is all events, and their deliveries until Close.
type Log struct {
	ctx      *lifetime
	endpoint Endpoint
	now      func() time.Time
	log      *slog.Logger
	client   *http.Client
	slots    chan struct{}
	running  sync.WaitGroup

	mu       sync.Mutex
	closed   bool
	delivery control.Delivery
	records  []*record
	byID     map[string]*record
	changes  uint64
}

// record is an event and what became of it.
type record struct {
	event    Event
	body     []byte
	objectID string
	status   control.Status
	attempts []control.Attempt
}

// NewLog returns a log that delivers at once.
func NewLog(endpoint Endpoint, now func() time.Time, log *slog.Logger) *Log {
	return &Log{
		ctx: newLifetime(), endpoint: endpoint, now: now, log: log,
		client:   newClient(endpoint.Timeout),
		slots:    make(chan struct{}, endpoint.AtOnce),
		delivery: control.Delivery{Mode: control.Deliver},
		byID:     map[string]*record{},
	}
}

// Close stops all deliveries and waits for them.
func (l *Log) Close() {
	l.mu.Lock()
	l.closed = true
	l.mu.Unlock()
	l.ctx.end()
	l.running.Wait()
	l.client.CloseIdleConnections()
}

// Emission is an event to come.
type Emission struct {
	Type     string
	Object   any
	Livemode bool
	Request  *EventRequest
	Previous map[string]any
}

// Emit records an event with the object as it is now, and begins to deliver it.
func (l *Log) Emit(emission Emission) {
	if emission.Request == nil {
		emission.Request = &EventRequest{} // no API call: a payment at the page, or an expiry
	}
	encoded, err := json.Marshal(emission.Object)
	if err != nil {
		l.log.Error("event not recorded", "type", emission.Type, "error", err)
		return
	}
	r := &record{objectID: idOf(encoded), status: control.Pending, event: Event{
		ID: NewID("evt_"), Object: "event", APIVersion: APIVersion, Created: l.now().Unix(),
		Data:     EventData{Object: encoded, PreviousAttributes: emission.Previous},
		Livemode: emission.Livemode, PendingWebhooks: 1, Request: emission.Request, Type: emission.Type,
	}}
	if l.endpoint.URL == "" {
		r.status, r.event.PendingWebhooks = control.Undeliverable, 0
	}
	if r.body, err = json.MarshalIndent(r.event, "", "  "); err != nil {
		l.log.Error("event not recorded", "type", emission.Type, "error", err)
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.records = append(l.records, r)
	l.byID[r.event.ID] = r
	l.changes++
	l.begin(r)
}

// begin applies the delivery mode at once, so that the event has its final status when Emit returns.
func (l *Log) begin(r *record) {
	if r.status != control.Pending || l.closed {
		return
	}
	switch l.modeOf(r) {
	case control.Hold:
		r.status = control.Held
	case control.Drop:
		r.status = control.Dropped
	default:
		for range 1 + l.delivery.Duplicates {
			l.running.Go(func() { l.persist(r) })
		}
	}
}

// modeOf is what the mode of this moment means for an event.
func (l *Log) modeOf(r *record) control.Mode {
	if len(l.delivery.Types) > 0 && !slices.Contains(l.delivery.Types, r.event.Type) {
		return control.Deliver
	}
	return l.delivery.Mode
}

// Changes counts new events and delivery attempts: a saved copy is stale once the count has changed.
func (l *Log) Changes() uint64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.changes
}

// Get returns the event with the given id.
func (l *Log) Get(id string) (Event, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	r, ok := l.byID[id]
	if !ok {
		return Event{}, false
	}
	return r.shown(), true
}

// All returns all events as they are now, newest first.
func (l *Log) All() []Event {
	l.mu.Lock()
	defer l.mu.Unlock()
	all := make([]Event, 0, len(l.records))
	for _, r := range slices.Backward(l.records) {
		all = append(all, r.shown())
	}
	return all
}

// History returns every event with its attempts, oldest first.
func (l *Log) History() []control.Event {
	l.mu.Lock()
	defer l.mu.Unlock()
	return histories(l.records)
}

func histories(records []*record) []control.Event {
	events := make([]control.Event, len(records))
	for i, r := range records {
		events[i] = control.Event{
			ID: r.event.ID, Type: r.event.Type, ObjectID: r.objectID, Status: r.status,
			Deliveries: append([]control.Attempt{}, r.attempts...), Body: r.body,
		}
	}
	return events
}

// shown is the event as the API shows it: no webhook is pending once it was delivered.
func (r *record) shown() Event {
	event := r.event
	if r.status == control.Delivered {
		event.PendingWebhooks = 0
	}
	return event
}

func idOf(encoded []byte) string {
	var object struct {
		ID string `json:"id"`
	}
	if json.Unmarshal(encoded, &object) != nil {
		return ""
	}
	return object.ID
}
