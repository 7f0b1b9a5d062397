package edge

import (
	"sync"
	"time"
)

// unauthenticatedPerSecond is how many refusals of unauthenticated requests are logged in a second, so that a flood of
// them does not fill the disk. Metrics count all.
const unauthenticatedPerSecond = 20

// logLimit decides which of those refusals are logged.
type logLimit struct {
	mu       sync.Mutex
	second   int64
	logged   int
	unlogged int
}

// allow reports whether to log a refusal, and how many before it were not logged.
func (l *logLimit) allow(now time.Time) (allowed bool, unlogged int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if second := now.Unix(); second != l.second {
		l.second, l.logged = second, 0
	}
	if l.logged == unauthenticatedPerSecond {
		l.unlogged++
		return false, 0
	}
	l.logged++
	unlogged, l.unlogged = l.unlogged, 0
	return true, unlogged
}
