package fairqueue

import (
	"context"
	"errors"
	"math"
	"slices"
	"sync"
	"time"
)

// ErrCrowded says that an account waits for as many places as it may.
var ErrCrowded = errors.New("too many of the account wait for their turn")

// Turns are a number of places. It is safe for concurrent use.
type Turns struct {
	each, waiting, spare int

	mu    sync.Mutex
	free  int // below zero when spare places are taken
	by    map[string]*account
	order []string // of the accounts that wait, the one that waits longest first
	spent ledger
}

// account has places or waits for them; one that does neither is forgotten.
type account struct {
	has   int
	waits []*Place
	taken []time.Time // when it got the places that it has
}

// Place is one that was taken.
type Place struct {
	turns   *Turns
	account string
	granted chan struct{} // closed when it is
	taken   time.Time     // when that was
	once    sync.Once
}

// Config says how much is shared.
type Config struct {
	Places  int
	Each    int // places of one account
	Waiting int // of one account; more are refused
	// Spare places are for accounts that have none, when all others are taken: who wants little need not wait until
	// something long of others has ended.
	Spare int
}

// New returns places to share.
func New(cfg Config) *Turns {
	return &Turns{each: cfg.Each, waiting: cfg.Waiting, spare: cfg.Spare, free: cfg.Places, by: map[string]*account{}, spent: ledger{}}
}

// Charge notes what an account's use of a place has cost. Of the accounts that wait, the one that has cost least of late is
// served first; without charges they are served in turn.
func (t *Turns) Charge(name string, cost time.Duration) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.spent.add(name, cost, time.Now())
}

// Take waits for a place, which is to be released. Accounts that wait take turns, whoever asked first. It fails
// with ErrCrowded at once, or when ctx is done.
func (t *Turns) Take(ctx context.Context, name string) (*Place, error) {
	place := &Place{turns: t, account: name, granted: make(chan struct{})}
	if err := t.queue(place); err != nil {
		return nil, err
	}
	select {
	case <-place.granted:
		return place, nil
	case <-ctx.Done():
		t.leave(place)
		return nil, ctx.Err()
	}
}

// Release gives the place back. Again, it does nothing.
func (p *Place) Release() {
	p.once.Do(func() {
		p.turns.mu.Lock()
		defer p.turns.mu.Unlock()
		p.turns.giveBack(p)
	})
}

func (t *Turns) queue(place *Place) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	a := t.by[place.account]
	if a == nil {
		a = &account{}
		t.by[place.account] = a
	}
	if len(a.waits) >= t.waiting && (t.free <= 0 || a.has >= t.each) {
		return ErrCrowded
	}
	if a.waits = append(a.waits, place); len(a.waits) == 1 {
		t.order = append(t.order, place.account)
	}
	t.grant()
	return nil
}

// grant gives free places to those whose turn it is.
func (t *Turns) grant() {
	for {
		i := t.next()
		if i < 0 {
			return
		}
		name := t.order[i]
		a := t.by[name]
		place := a.waits[0]
		a.waits, a.has, t.free = a.waits[1:], a.has+1, t.free-1
		place.taken = time.Now()
		a.taken = append(a.taken, place.taken)
		close(place.granted)
		if t.order = slices.Delete(t.order, i, i+1); len(a.waits) > 0 {
			t.order = append(t.order, name)
		}
	}
}

// next is the place in the order of whom to serve, or -1.
func (t *Turns) next() int {
	now, found, least := time.Now(), -1, math.Inf(1)
	for i, name := range t.order {
		has := t.by[name].has
		if has >= t.each || t.free <= 0 && (has > 0 || t.free <= -t.spare) {
			continue
		}
		if cost := t.cost(name, now); cost < least {
			found, least = i, cost
		}
	}
	return found
}

// cost is what an account was charged of late. Once anybody was, what goes on counts as well, as it will be charged.
func (t *Turns) cost(name string, now time.Time) float64 {
	cost := t.spent.of(name, now)
	if len(t.spent) == 0 {
		return cost
	}
	for _, since := range t.by[name].taken {
		cost += now.Sub(since).Seconds()
	}
	return cost
}

func (t *Turns) giveBack(place *Place) {
	name := place.account
	a := t.by[name]
	if i := slices.Index(a.taken, place.taken); i >= 0 {
		a.taken = slices.Delete(a.taken, i, i+1)
	}
	a.has--
	t.free++
	if a.has == 0 && len(a.waits) == 0 {
		delete(t.by, name)
	}
	t.grant()
}

// leave gives up waiting, or gives back what was granted just now.
func (t *Turns) leave(place *Place) {
	t.mu.Lock()
	defer t.mu.Unlock()
	a := t.by[place.account]
	i := slices.Index(a.waits, place)
	if i < 0 {
		t.giveBack(place)
		return
	}
	a.waits = slices.Delete(a.waits, i, i+1)
	if len(a.waits) > 0 {
		return
	}
	t.order = slices.DeleteFunc(t.order, func(name string) bool { return name == place.account })
	if a.has == 0 {
		delete(t.by, place.account)
	}
}
