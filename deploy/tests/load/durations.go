package load

import (
	"slices"
	"sync"
	"time"
)

// Durations is how long pieces of work took. It is safe for concurrent use.
type Durations struct {
	mu  sync.Mutex
	all []time.Duration
}

// Add takes one in.
func (d *Durations) Add(one time.Duration) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.all = append(d.all, one)
}

// Percentile is the least duration that so many of a hundred pieces did not exceed; 0 without pieces.
func (d *Durations) Percentile(of100 int) time.Duration {
	d.mu.Lock()
	defer d.mu.Unlock()
	if len(d.all) == 0 {
		return 0
	}
	slices.Sort(d.all)
	return d.all[(len(d.all)*of100+99)/100-1]
}
