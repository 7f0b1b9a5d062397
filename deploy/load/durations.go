package load

import (
	"slices"
	"sync"
	"time"
)

// durations is how long the pieces took.
type durations struct {
	mu  sync.Mutex
	all []time.Duration
}

func (d *durations) add(one time.Duration) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.all = append(d.all, one)
}

// percentile is the least duration that so many of a hundred pieces did not exceed; 0 without pieces.
func (d *durations) percentile(of100 int) time.Duration {
	d.mu.Lock()
	defer d.mu.Unlock()
	if len(d.all) == 0 {
		return 0
	}
	slices.Sort(d.all)
	return d.all[(len(d.all)*of100+99)/100-1]
}
