package admission

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"slices"
	"sync"
	"time"
)

// batchConfig bounds a batcher.
type batchConfig struct {
	inFlight   int           // round trips at once
	slow       time.Duration // a second round trip starts only when the latest has taken this long
	size       int           // questions in one round trip; 1 disables batching
	maxQueued  int           // questions that wait for a round trip; 0 means that the callers are bounded
	maxWaiting time.Duration // a question that has waited longer when its turn comes fails
}

var (
	errQueueFull    = errors.New("the batch queue is full")
	errQueueTimeout = errors.New("the question waited too long for a round trip")
)

// batcher combines concurrent questions into shared round trips. While one is in flight, questions queue, and
// the next round trip takes them all. One round trip at a time gives the largest batches and, with few
// processors, the lowest latency; a second starts only when the first is slow or lost. Every answer comes from
// a round trip that began after its question was asked.
type batcher[Q, A any] struct {
	cfg       batchConfig
	roundTrip func(context.Context, []Q) ([]A, error)

	mu     sync.Mutex
	queue  []*question[Q, A]
	busy   int       // round trips in flight
	latest time.Time // when the latest one began
}

type question[Q, A any] struct {
	body     Q
	asked    time.Time
	answered chan answer[A]
}

type answer[A any] struct {
	body A
	err  error
}

// newBatcher returns a batcher over roundTrip, which returns one answer for each question, in order, and always
// returns. When it panics, its questions fail.
func newBatcher[Q, A any](cfg batchConfig, roundTrip func(context.Context, []Q) ([]A, error)) *batcher[Q, A] {
	return &batcher[Q, A]{cfg: cfg, roundTrip: roundTrip}
}

// ask returns the answer to a question. It fails with errQueueFull, with errQueueTimeout, when ctx is done, or as
// the round trip did. A caller that finds a round trip free makes it itself, which avoids two goroutine switches
// under low load; it then does not notice that ctx is done.
func (b *batcher[Q, A]) ask(ctx context.Context, body Q) (A, error) {
	q := &question[Q, A]{body: body, asked: time.Now(), answered: make(chan answer[A], 1)}
	taken, err := b.enqueue(q)
	if err != nil {
		var none A
		return none, err
	}
	if taken != nil {
		b.lead(context.WithoutCancel(ctx), taken)
	}
	select {
	case a := <-q.answered:
		return a.body, a.err
	case <-ctx.Done():
		b.withdraw(q)
		var none A
		return none, ctx.Err()
	}
}

// withdraw removes a question whose caller has gone, so that the queue is never longer than the callers are many.
func (b *batcher[Q, A]) withdraw(q *question[Q, A]) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if i := slices.Index(b.queue, q); i >= 0 {
		b.queue = slices.Delete(b.queue, i, i+1)
	}
}

// enqueue queues q. When another round trip may start, enqueue reserves it and returns its questions.
func (b *batcher[Q, A]) enqueue(q *question[Q, A]) ([]*question[Q, A], error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.cfg.maxQueued > 0 && len(b.queue) >= b.cfg.maxQueued {
		return nil, errQueueFull
	}
	b.queue = append(b.queue, q)
	if b.busy == b.cfg.inFlight || (b.busy > 0 && q.asked.Sub(b.latest) < b.cfg.slow) {
		return nil, nil
	}
	b.busy++
	return b.take(q.asked), nil
}

// lead makes one round trip in the caller's goroutine and leaves the questions that queued meanwhile to another.
func (b *batcher[Q, A]) lead(ctx context.Context, taken []*question[Q, A]) {
	b.settle(ctx, taken)
	if next := b.next(); next != nil {
		go b.drain(ctx, next)
	}
}

// drain makes round trips until the queue is empty.
func (b *batcher[Q, A]) drain(ctx context.Context, taken []*question[Q, A]) {
	for ; taken != nil; taken = b.next() {
		b.settle(ctx, taken)
	}
}

// next returns the questions of the next round trip, or nil to end this series: when the queue is empty, and when
// a second series, started because this one was slow, will be back for the queue soon.
func (b *batcher[Q, A]) next() []*question[Q, A] {
	b.mu.Lock()
	defer b.mu.Unlock()
	now := time.Now()
	if len(b.queue) == 0 || (b.busy > 1 && now.Sub(b.latest) < b.cfg.slow) {
		b.busy--
		return nil
	}
	return b.take(now)
}

// take removes at most one round trip's questions from the queue, oldest first.
func (b *batcher[Q, A]) take(now time.Time) []*question[Q, A] {
	b.latest = now
	n := min(len(b.queue), b.cfg.size)
	taken := b.queue[:n:n]
	b.queue = b.queue[n:]
	if len(b.queue) == 0 {
		b.queue = nil
	}
	return taken
}

// settle makes one round trip and answers its questions.
func (b *batcher[Q, A]) settle(ctx context.Context, taken []*question[Q, A]) {
	taken = failExpired(taken, b.cfg.maxWaiting)
	if len(taken) == 0 {
		return
	}
	bodies := make([]Q, len(taken))
	for i, q := range taken {
		bodies[i] = q.body
	}
	answers, err := b.safeRoundTrip(ctx, bodies)
	if err == nil && len(answers) != len(taken) {
		err = fmt.Errorf("%d answers to %d questions", len(answers), len(taken))
	}
	for i, q := range taken {
		if err != nil {
			q.answered <- answer[A]{err: err}
			continue
		}
		q.answered <- answer[A]{body: answers[i]}
	}
}

// safeRoundTrip turns a panic into an error: otherwise the round trip would count as in flight for ever.
func (b *batcher[Q, A]) safeRoundTrip(ctx context.Context, bodies []Q) (answers []A, err error) {
	defer func() {
		if cause := recover(); cause != nil {
			err = fmt.Errorf("the round trip panicked: %v\n%s", cause, debug.Stack())
		}
	}()
	return b.roundTrip(ctx, bodies)
}

// failExpired fails the questions that have waited longer than limit and returns the others.
func failExpired[Q, A any](taken []*question[Q, A], limit time.Duration) []*question[Q, A] {
	expired := 0 // oldest first
	for ; expired < len(taken) && time.Since(taken[expired].asked) > limit; expired++ {
		taken[expired].answered <- answer[A]{err: errQueueTimeout}
	}
	return taken[expired:]
}
