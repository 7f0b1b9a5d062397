package render

import (
	"fmt"
	"sync"
	"time"
)

// After a document that LibreOffice could not finish, an account pauses: none of its documents are converted for a while,
// which doubles with every repetition.
const (
	firstPause  = 15 * time.Second
	maxPause    = 10 * time.Minute
	resetPauses = 30 * time.Minute // without another one
)

// Pause says that the account pauses, since a recent document of it was too complex.
type Pause struct{ Left time.Duration }

func (p Pause) Error() string { return fmt.Sprintf("the account pauses for %s", p.Left) }

// pauses are the pauses of all accounts.
type pauses struct {
	mu sync.Mutex
	of map[string]pause
}

type pause struct {
	lasts time.Duration
	end   time.Time
}

func newPauses() *pauses { return &pauses{of: map[string]pause{}} }

func (p *pauses) check(account string) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if left := time.Until(p.of[account].end); left > 0 {
		return Pause{left}
	}
	return nil
}

// begin starts a pause of an account.
func (p *pauses) begin(account string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := time.Now()
	for name, old := range p.of {
		if now.Sub(old.end) > resetPauses {
			delete(p.of, name)
		}
	}
	lasts := max(firstPause, min(2*p.of[account].lasts, maxPause))
	p.of[account] = pause{lasts: lasts, end: now.Add(lasts)}
}
