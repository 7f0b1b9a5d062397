package processor

import (
	"encoding/json"
	"errors"
	"math/rand/v2"
	"slices"
	"sync"

	"github.com/mintfax/mintfax/deploy/fakes/stripe/control"
)

// Errors of the controls.
var (
	ErrUnknown    = errors.New("no such event")
	ErrNoEndpoint = errors.New("the emulator has no webhook URL")
)

// Delivery returns how events are delivered.
func (l *Log) Delivery() control.Delivery {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.delivery
}

// SetDelivery says how events are delivered from now on.
func (l *Log) SetDelivery(d control.Delivery) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.delivery = d
}

// Release delivers what is held, each event after the one before was answered.
func (l *Log) Release(asked control.Release) []control.Event {
	released := l.takeHeld()
	copies := 1 + l.Delivery().Duplicates
	arrange(released, asked)
	for _, r := range released {
		l.concurrently(copies, func() {
			if !l.acquire() {
				return
			}
			attempt := l.attempt(r)
			l.release()
			if !attempt.OK() {
				l.retryLater(r)
			}
		})
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	return histories(released)
}

// Resend delivers an event again, times at once, and returns the answers. It tries no further.
func (l *Log) Resend(id string, times int) ([]control.Attempt, error) {
	l.mu.Lock()
	r, ok := l.byID[id]
	l.mu.Unlock()
	if !ok {
		return nil, ErrUnknown
	}
	if l.endpoint.URL == "" {
		return nil, ErrNoEndpoint
	}
	var mu sync.Mutex
	attempts := []control.Attempt{}
	l.concurrently(times, func() {
		attempt := l.attempt(r)
		mu.Lock()
		defer mu.Unlock()
		attempts = append(attempts, attempt)
	})
	return attempts, nil
}

// Forge delivers an event that never happened. Its object is already filled in.
func (l *Log) Forge(f control.Crafted) (control.Attempt, error) {
	if l.endpoint.URL == "" {
		return control.Attempt{}, ErrNoEndpoint
	}
	if f.Body != "" {
		return l.post([]byte(f.Body), f.Signature), nil
	}
	event := Event{
		ID: f.ID, Object: "event", APIVersion: f.APIVersion, Created: l.now().Unix(), Livemode: f.Livemode,
		PendingWebhooks: 1, Request: &EventRequest{}, Type: f.Type, Data: EventData{Object: f.Object},
	}
	if event.ID == "" {
		event.ID = NewID("evt_")
	}
	if event.APIVersion == "" {
		event.APIVersion = APIVersion
	}
	body, err := json.MarshalIndent(event, "", "  ")
	if err != nil {
		return control.Attempt{}, err
	}
	return l.post(body, f.Signature), nil
}

func (l *Log) takeHeld() []*record {
	l.mu.Lock()
	defer l.mu.Unlock()
	var held []*record
	for _, r := range l.records {
		if r.status == control.Held {
			r.status = control.Pending
			held = append(held, r)
		}
	}
	return held
}

func arrange(records []*record, asked control.Release) {
	switch asked.Order {
	case control.Reversed:
		slices.Reverse(records)
	case control.Shuffled:
		//nolint:gosec // a shuffle that a test can repeat
		random := rand.New(rand.NewPCG(asked.Seed, asked.Seed))
		random.Shuffle(len(records), func(i, j int) { records[i], records[j] = records[j], records[i] })
	default:
	}
}

// concurrently does something times at once, at least once.
func (l *Log) concurrently(times int, do func()) {
	var group sync.WaitGroup
	for range max(times, 1) {
		group.Go(do)
	}
	group.Wait()
}

func (l *Log) retryLater(r *record) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.closed {
		l.running.Go(func() { l.retry(r) })
	}
}
