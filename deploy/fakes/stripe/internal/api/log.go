package api

import (
	"slices"
	"sync"
	"time"

	"github.com/mintfax/mintfax/deploy/fakes/stripe/control"
)

// What is kept, so that an emulator that runs for weeks does not grow.
const (
	keptRequests = 10_000
	keptSeconds  = 3_600
)

// Log is the requests since the beginning, or since Clear.
type Log struct {
	now     func() time.Time
	mu      sync.Mutex
	total   int64
	seconds []control.Second // oldest first
	latest  []*control.Request
}

// NewLog returns an empty log.
func NewLog(now func() time.Time) *Log { return &Log{now: now} }

// Record notes a request of which nothing is read yet. What it says is told by the returned function.
func (l *Log) Record(method, path, idempotencyKey string) (says func(params string)) {
	l.mu.Lock()
	defer l.mu.Unlock()
	at := l.now()
	l.total++
	l.count(at.Unix())
	request := &control.Request{At: at, Method: method, Path: path, IdempotencyKey: idempotencyKey}
	l.latest = keepLast(append(l.latest, request), keptRequests)
	return func(params string) {
		l.mu.Lock()
		defer l.mu.Unlock()
		request.Params = params
	}
}

// Counts returns how many requests there were.
func (l *Log) Counts() control.Requests {
	l.mu.Lock()
	defer l.mu.Unlock()
	return control.Requests{Total: l.total, BySecond: append([]control.Second{}, l.seconds...)}
}

// Latest returns the latest requests, oldest first.
func (l *Log) Latest() []control.Request {
	l.mu.Lock()
	defer l.mu.Unlock()
	latest := make([]control.Request, len(l.latest))
	for i, request := range l.latest {
		latest[i] = *request
	}
	return latest
}

// Clear forgets everything.
func (l *Log) Clear() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.total, l.seconds, l.latest = 0, nil, nil
}

func (l *Log) count(second int64) {
	if n := len(l.seconds); n > 0 && l.seconds[n-1].At == second {
		l.seconds[n-1].Requests++
		return
	}
	l.seconds = keepLast(append(l.seconds, control.Second{At: second, Requests: 1}), keptSeconds)
}

// keepLast drops the oldest half once there is twice too much, so that dropping costs little.
func keepLast[T any](all []T, kept int) []T {
	if len(all) < 2*kept {
		return all
	}
	return slices.Clone(all[len(all)-kept:])
}
