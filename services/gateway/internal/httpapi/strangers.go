package httpapi

import (
	"sync"
	"time"
)

// strangersPerSecond is how many refusals of requests without a good key are logged in a second, so
// that a flood of them does not fill the disk. Metrics count all.
const strangersPerSecond = 20

// strangers decides which of those refusals are logged.
type strangers struct {
	mu       sync.Mutex
	second   int64
	logged   int
	unlogged int
}

// log reports whether to log a refusal, and how many before it were not.
func (s *strangers) log(now time.Time) (yes bool, unlogged int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if second := now.Unix(); second != s.second {
		s.second, s.logged = second, 0
	}
	if s.logged == strangersPerSecond {
		s.unlogged++
		return false, 0
	}
	s.logged++
	unlogged, s.unlogged = s.unlogged, 0
	return true, unlogged
}
