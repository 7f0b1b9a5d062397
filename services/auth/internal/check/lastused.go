package check

import (
	"context"
	"database/sql"
	"log/slog"
	"sync"
	"time"
)

const (
	touchEvery   = time.Minute // at most one write for a key in this time
	flushEvery   = 5 * time.Second
	flushLimit   = 5 * time.Second
	maxRemember  = 100_000 // keys; beyond it a key's use may be written more often, never less
	maxFlushSize = 1000
)

// LastUsed notes when keys were used without a write per request: uses are collected, and written
// many at once, off the request path.
type LastUsed struct {
	db  *sql.DB
	log *slog.Logger

	mu      sync.Mutex
	touched map[string]time.Time // when a use was last noted, for the quiet minute
	waiting map[string]time.Time
}

// NewLastUsed returns a collector. Nothing is written before Run.
func NewLastUsed(db *sql.DB, log *slog.Logger) *LastUsed {
	return &LastUsed{db: db, log: log, touched: map[string]time.Time{}, waiting: map[string]time.Time{}}
}

// Note remembers a use of a key.
func (l *LastUsed) Note(keyID string, at time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if at.Sub(l.touched[keyID]) < touchEvery {
		return
	}
	if len(l.touched) >= maxRemember {
		clear(l.touched)
	}
	l.touched[keyID] = at
	l.waiting[keyID] = at
}

// Run writes what was noted every few seconds, and once more when ctx is done.
func (l *LastUsed) Run(ctx context.Context) error {
	ticker := time.NewTicker(flushEvery)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			l.Flush(context.WithoutCancel(ctx))
			return nil
		case <-ticker.C:
			l.Flush(ctx)
		}
	}
}

// Flush writes what was noted now. What cannot be written is dropped: the next use notes it again.
func (l *LastUsed) Flush(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, flushLimit)
	defer cancel()
	l.mu.Lock()
	waiting := l.waiting
	l.waiting = map[string]time.Time{}
	l.mu.Unlock()
	var ids []string
	var ago []float64
	for id, at := range waiting {
		ids, ago = append(ids, id), append(ago, time.Since(at).Seconds())
	}
	for len(ids) > 0 {
		n := min(len(ids), maxFlushSize)
		if err := writeLastUsed(ctx, l.db, ids[:n], ago[:n]); err != nil {
			l.log.WarnContext(ctx, "the last use of some keys was not written", "keys", n, "error", err)
		}
		ids, ago = ids[n:], ago[n:]
	}
}
