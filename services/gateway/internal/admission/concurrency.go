package admission

import (
	"sync"

	"github.com/mintfax/mintfax/shared/apierror"
)

// Concurrency bounds an account's concurrent runs of a long operation, so that one account cannot take all of a
// gateway.
type Concurrency struct {
	limit   int
	mu      sync.Mutex
	running map[string]int // by account; no zeros
}

// NewConcurrency returns a bound of limit for each account.
func NewConcurrency(limit int) *Concurrency {
	return &Concurrency{limit: limit, running: map[string]int{}}
}

// Acquire takes one of the account's slots, or refuses with rate_limit_exceeded. Release must be called once.
func (n *Concurrency) Acquire(accountID string) (release func(), err error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.running[accountID] >= n.limit {
		return nil, apierror.New(apierror.RateLimitExceeded).With("retry_after", 1)
	}
	n.running[accountID]++
	return func() { n.release(accountID) }, nil
}

func (n *Concurrency) release(accountID string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.running[accountID]--; n.running[accountID] == 0 {
		delete(n.running, accountID)
	}
}
