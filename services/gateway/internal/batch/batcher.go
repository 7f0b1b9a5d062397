package batch

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"sync"
	"time"
)

// Config says how much is shared.
type Config struct {
	Lanes    int           // most round trips in flight
	Slow     time.Duration // another lane is opened only when the latest round trip has taken this long
	Size     int           // questions in one round trip; 1 shares none
	Waiting  int           // questions that wait for a lane; beyond it they are refused
	Patience time.Duration // a question that has waited longer when its turn comes is refused
}

var (
	// ErrFull says that too many questions wait already.
	ErrFull = errors.New("too many requests wait")
	// ErrLate says that a question waited for longer than it may.
	ErrLate = errors.New("the request waited for too long")
)

// Batcher shares round trips: while one is in flight, questions gather, and the next takes them all. One
// at a time is the most that can be shared and, where everything runs on a few processors, also the
// quickest; only a round trip that is slow, or lost, is not waited for. A question is only ever answered
// by a round trip that began after it was asked.
type Batcher[Q, A any] struct {
	cfg Config
	ask func(context.Context, []Q) ([]A, error)

	mu      sync.Mutex
	waiting []*question[Q, A]
	busy    int
	latest  time.Time // when the latest round trip began
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

// New returns a batcher over ask, which answers each question in the order given and always returns. When it panics, its
// questions fail.
func New[Q, A any](cfg Config, ask func(context.Context, []Q) ([]A, error)) *Batcher[Q, A] {
	return &Batcher[Q, A]{cfg: cfg, ask: ask}
}

// Ask waits for the answer to a question, or until ctx is done. It fails with ErrFull, with ErrLate, or
// as the round trip did. Whoever finds a lane free makes the round trip itself, which saves handing the
// question over and back when there is little to do; it is then not heard that ctx is done.
func (b *Batcher[Q, A]) Ask(ctx context.Context, body Q) (A, error) {
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
		var none A
		return none, ctx.Err()
	}
}

// enqueue returns what is to be asked at once, on a lane that it has opened, if it may open one.
func (b *Batcher[Q, A]) enqueue(q *question[Q, A]) ([]*question[Q, A], error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.waiting) >= b.cfg.Waiting {
		return nil, ErrFull
	}
	b.waiting = append(b.waiting, q)
	if b.busy == b.cfg.Lanes || (b.busy > 0 && q.asked.Sub(b.latest) < b.cfg.Slow) {
		return nil, nil
	}
	b.busy++
	return b.take(q.asked), nil
}

// lead makes one round trip for all who are in it, and leaves what came meanwhile to a goroutine.
func (b *Batcher[Q, A]) lead(ctx context.Context, taken []*question[Q, A]) {
	b.settle(ctx, taken)
	if next := b.next(); next != nil {
		go b.lane(ctx, next)
	}
}

// lane asks until nobody waits.
func (b *Batcher[Q, A]) lane(ctx context.Context, taken []*question[Q, A]) {
	for ; taken != nil; taken = b.next() {
		b.settle(ctx, taken)
	}
}

// next is what waits. The lane is closed when nothing does, and when another one, opened because this
// one was slow, will soon be back for it.
func (b *Batcher[Q, A]) next() []*question[Q, A] {
	b.mu.Lock()
	defer b.mu.Unlock()
	now := time.Now()
	if len(b.waiting) == 0 || (b.busy > 1 && now.Sub(b.latest) < b.cfg.Slow) {
		b.busy--
		return nil
	}
	return b.take(now)
}

// take is at most one round trip's worth, in the order asked.
func (b *Batcher[Q, A]) take(now time.Time) []*question[Q, A] {
	b.latest = now
	n := min(len(b.waiting), b.cfg.Size)
	taken := b.waiting[:n:n]
	b.waiting = b.waiting[n:]
	if len(b.waiting) == 0 {
		b.waiting = nil
	}
	return taken
}

func (b *Batcher[Q, A]) settle(ctx context.Context, taken []*question[Q, A]) {
	taken = refuseLate(taken, b.cfg.Patience)
	if len(taken) == 0 {
		return
	}
	bodies := make([]Q, len(taken))
	for i, q := range taken {
		bodies[i] = q.body
	}
	answers, err := b.roundTrip(ctx, bodies)
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

// roundTrip turns a panic into an error: a lane that died would count as busy for ever.
func (b *Batcher[Q, A]) roundTrip(ctx context.Context, bodies []Q) (answers []A, err error) {
	defer func() {
		if cause := recover(); cause != nil {
			err = fmt.Errorf("the round trip panicked: %v\n%s", cause, debug.Stack())
		}
	}()
	return b.ask(ctx, bodies)
}

// refuseLate answers those that have waited for too long, and returns the rest.
func refuseLate[Q, A any](taken []*question[Q, A], patience time.Duration) []*question[Q, A] {
	late := 0 // they are in the order asked
	for ; late < len(taken) && time.Since(taken[late].asked) > patience; late++ {
		taken[late].answered <- answer[A]{err: ErrLate}
	}
	return taken[late:]
}
