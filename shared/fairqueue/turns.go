package fairqueue

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"
)

// ErrCrowded says that an account waits for as many places as it may.
var ErrCrowded = errors.New("too many of the account wait for their turn")

// Turns are a number of places. It is safe for concurrent use.
type Turns struct {
	each, waiting int

	mu    sync.Mutex
	free  int
	by    map[string]*account
	order []string // of the accounts that wait, the one that waits longest first
	spent ledger
}

// account has places or waits for them; one that does neither is forgotten.
type account struct {
	has   int
	waits []*Place
}

// Place is one that was taken.
type Place struct {
	turns   *Turns
	account string
	granted chan struct{} // closed when it is
	once    sync.Once
}

// New returns so many places, of which an account has at most each. So many of an account may wait.
func New(places, each, waiting int) *Turns {
	return &Turns{each: each, waiting: waiting, free: places, by: map[string]*account{}, spent: ledger{}}
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
		p.turns.giveBack(p.account)
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
	if len(a.waits) >= t.waiting && (t.free == 0 || a.has >= t.each) {
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
	for t.free > 0 {
		i := t.next()
		if i < 0 {
			return
		}
		name := t.order[i]
		a := t.by[name]
		place := a.waits[0]
		a.waits, a.has, t.free = a.waits[1:], a.has+1, t.free-1
		close(place.granted)
		if t.order = slices.Delete(t.order, i, i+1); len(a.waits) > 0 {
			t.order = append(t.order, name)
		}
	}
}

// next is the place in the order of whom to serve, or -1.
func (t *Turns) next() int {
	now, found, least := time.Now(), -1, 0.0
	for i, name := range t.order {
		if t.by[name].has >= t.each {
			continue
		}
		if cost := t.spent.of(name, now); found < 0 || cost < least {
			found, least = i, cost
		}
	}
	return found
}

func (t *Turns) giveBack(name string) {
	a := t.by[name]
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
		t.giveBack(place.account)
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
