package httpapi

import (
	"sync"

	"github.com/mintfax/mintfax/shared/apierror"
)

// few bounds how much of something each account does at once: what one account asks of a gateway at
// length must not be all that it does.
type few struct {
	most int
	mu   sync.Mutex
	now  map[string]int // by account; who does nothing is not in it
}

func newFew(most int) *few { return &few{most: most, now: map[string]int{}} }

// enter refuses with rate_limit_exceeded what is beyond; otherwise leave must follow.
func (f *few) enter(accountID string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.now[accountID] >= f.most {
		return apierror.New(apierror.RateLimitExceeded).With("retry_after", 1)
	}
	f.now[accountID]++
	return nil
}

func (f *few) leave(accountID string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.now[accountID]--; f.now[accountID] == 0 {
		delete(f.now, accountID)
	}
}
