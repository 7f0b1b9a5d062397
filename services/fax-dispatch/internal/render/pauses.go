package render

import (
	"fmt"
	"sync"
	"time"
)

// After a document that LibreOffice could not finish, an account's others are not converted for a while, which doubles
// each time that it happens again soon.
const (
	firstPause   = 15 * time.Second
	longestPause = 10 * time.Minute
	pausesFor    = 30 * time.Minute // an account without another one for so long begins anew
)

// Pause says that a document of the account was too complex lately: no other is converted until it ends.
type Pause struct{ Left time.Duration }

func (p Pause) Error() string { return fmt.Sprintf("documents of the account pause for %s", p.Left) }

// pauses knows which accounts pause.
type pauses struct {
	mu sync.Mutex
	by map[string]pause
}

type pause struct {
	lasts time.Duration
	end   time.Time
}

func newPauses() *pauses { return &pauses{by: map[string]pause{}} }

func (p *pauses) check(account string) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if left := time.Until(p.by[account].end); left > 0 {
		return Pause{left}
	}
	return nil
}

// begin begins a pause of an account.
func (p *pauses) begin(account string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := time.Now()
	for name, old := range p.by {
		if now.Sub(old.end) > pausesFor {
			delete(p.by, name)
		}
	}
	lasts := max(firstPause, min(2*p.by[account].lasts, longestPause))
	p.by[account] = pause{lasts: lasts, end: now.Add(lasts)}
}
