package fairqueue

import (
	"context"
	"errors"
	"math"
	"slices"
	"sync"
	"time"
)

// ErrFull means that the maximum number of calls of the account is waiting.
var ErrFull = errors.New("too many calls of the account wait for a slot")

// Queue hands out slots. It is safe for concurrent use.
type Queue struct {
	each, waiting, spare int

	mu    sync.Mutex
	free  int // below zero when spare slots are taken
	by    map[string]*account
	order []string // the waiting accounts, the longest-waiting first
	spent ledger
}

// account has slots or waits for them. Otherwise it is removed.
type account struct {
	has   int
	waits []*Slot
	taken []time.Time // when it got its slots
}

// Slot is a slot that an account has taken or waits for.
type Slot struct {
	queue   *Queue
	account string
	granted chan struct{} // closed when the slot is granted
	taken   time.Time     // when it was granted
	once    sync.Once
}

// Config has the limits of a Queue.
type Config struct {
	Slots   int
	Each    int // slots of one account
	Waiting int // waiting calls of one account; more fail with ErrFull
	// Spare slots are for accounts that have no slot when all others are taken, so that a small job does not wait for
	// another account's long one.
	Spare int
}

// New returns a queue with all slots free.
func New(cfg Config) *Queue {
	return &Queue{each: cfg.Each, waiting: cfg.Waiting, spare: cfg.Spare, free: cfg.Slots, by: map[string]*account{}, spent: ledger{}}
}

// Charge records the cost of an account's use of a slot. Of the waiting accounts, the one with the lowest recent cost
// is served first; without charges they are served round robin.
func (q *Queue) Charge(name string, cost time.Duration) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.spent.add(name, cost, time.Now())
}

// Take waits for a slot. The caller must release it. Take fails at once with ErrFull, or with ctx's error when ctx ends.
func (q *Queue) Take(ctx context.Context, name string) (*Slot, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	slot := &Slot{queue: q, account: name, granted: make(chan struct{})}
	if err := q.enter(slot); err != nil {
		return nil, err
	}
	select {
	case <-slot.granted:
		return slot, nil
	case <-ctx.Done():
		q.leave(slot)
		return nil, ctx.Err()
	}
}

// Release returns the slot. Further calls do nothing.
func (s *Slot) Release() {
	s.once.Do(func() {
		s.queue.mu.Lock()
		defer s.queue.mu.Unlock()
		s.queue.giveBack(s)
	})
}

func (q *Queue) enter(slot *Slot) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	a := q.by[slot.account]
	if a == nil {
		a = &account{}
		q.by[slot.account] = a
	}
	if len(a.waits) >= q.waiting && (q.free <= 0 || a.has >= q.each) {
		return ErrFull
	}
	if a.waits = append(a.waits, slot); len(a.waits) == 1 {
		q.order = append(q.order, slot.account)
	}
	q.grant()
	return nil
}

// grant gives free slots to the next accounts.
func (q *Queue) grant() {
	for {
		i := q.next()
		if i < 0 {
			return
		}
		name := q.order[i]
		a := q.by[name]
		slot := a.waits[0]
		a.waits, a.has, q.free = a.waits[1:], a.has+1, q.free-1
		slot.taken = time.Now()
		a.taken = append(a.taken, slot.taken)
		close(slot.granted)
		if q.order = slices.Delete(q.order, i, i+1); len(a.waits) > 0 {
			q.order = append(q.order, name)
		}
	}
}

// next returns the index in order of the account to serve, or -1.
func (q *Queue) next() int {
	now, found, least := time.Now(), -1, math.Inf(1)
	for i, name := range q.order {
		has := q.by[name].has
		if has >= q.each || q.free <= 0 && (has > 0 || q.free <= -q.spare) {
			continue
		}
		if cost := q.cost(name, now); cost < least {
			found, least = i, cost
		}
	}
	return found
}

// cost returns the recent cost of an account. Once any account was charged, slots in use count too: they will be charged.
func (q *Queue) cost(name string, now time.Time) float64 {
	cost := q.spent.of(name, now)
	if len(q.spent) == 0 {
		return cost
	}
	for _, since := range q.by[name].taken {
		cost += now.Sub(since).Seconds()
	}
	return cost
}

func (q *Queue) giveBack(slot *Slot) {
	name := slot.account
	a := q.by[name]
	if i := slices.Index(a.taken, slot.taken); i >= 0 {
		a.taken = slices.Delete(a.taken, i, i+1)
	}
	a.has--
	q.free++
	if a.has == 0 && len(a.waits) == 0 {
		delete(q.by, name)
	}
	q.grant()
}

// leave stops waiting, or returns the slot if it was granted just now.
func (q *Queue) leave(slot *Slot) {
	q.mu.Lock()
	defer q.mu.Unlock()
	a := q.by[slot.account]
	i := slices.Index(a.waits, slot)
	if i < 0 {
		q.giveBack(slot)
		return
	}
	a.waits = slices.Delete(a.waits, i, i+1)
	if len(a.waits) > 0 {
		return
	}
	q.order = slices.DeleteFunc(q.order, func(name string) bool { return name == slot.account })
	if a.has == 0 {
		delete(q.by, slot.account)
	}
}
