package processor

import (
	"github.com/mintfax/mintfax/deploy/fakes/stripe/control"
)

// SavedEvent is an event and what became of it, in a form that can be written down.
type SavedEvent struct {
	Event    Event             `json:"event"`
	Body     []byte            `json:"body"`
	ObjectID string            `json:"object_id"`
	Status   control.Status    `json:"status"`
	Attempts []control.Attempt `json:"attempts"`
}

// Snapshot returns all events, oldest first.
func (l *Log) Snapshot() []SavedEvent {
	l.mu.Lock()
	defer l.mu.Unlock()
	saved := make([]SavedEvent, len(l.records))
	for i, r := range l.records {
		saved[i] = SavedEvent{
			Event: r.event, Body: r.body, ObjectID: r.objectID, Status: r.status, Attempts: append([]control.Attempt{}, r.attempts...),
		}
	}
	return saved
}

// Restore adds saved events, and goes on delivering those that are not delivered yet.
func (l *Log) Restore(saved []SavedEvent) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, s := range saved {
		r := &record{event: s.Event, body: s.Body, objectID: s.ObjectID, status: s.Status, attempts: s.Attempts}
		l.records = append(l.records, r)
		l.byID[r.event.ID] = r
		l.begin(r)
	}
}
