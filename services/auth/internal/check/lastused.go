package check

import (
	"context"
	"database/sql"
	"log/slog"
	"sync"
	"time"
)

const (
	// noteEvery is a little more than the minute that the statement keeps between two writes of a key
	// across all processes, so that a use that is noted is rarely one that is not written.
	noteEvery    = 65 * time.Second
	flushEvery   = 5 * time.Second
	flushLimit   = 5 * time.Second
	maxRemember  = 100_000 // keys
	maxFlushSize = 1000
)

// LastUsed notes when keys were used without a write per request: uses are collected, and written
// many at once, off the request path, at most once a minute for a key.
type LastUsed struct {
	db  *sql.DB
	log *slog.Logger

	mu      sync.Mutex
	noted   map[string]time.Time // when a use was last noted
	waiting map[string]time.Time // what is not written yet
}

// NewLastUsed returns a collector. Nothing is written before Run.
func NewLastUsed(db *sql.DB, log *slog.Logger) *LastUsed {
	return &LastUsed{db: db, log: log, noted: map[string]time.Time{}, waiting: map[string]time.Time{}}
}

// Note remembers a use of a key. When too many keys wait to be written, it does not.
func (l *LastUsed) Note(keyID string, at time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if at.Sub(l.noted[keyID]) < noteEvery || len(l.waiting) >= maxRemember {
		return
	}
	if len(l.noted) >= maxRemember {
		clear(l.noted) // uses are noted more often for a while; the statement keeps to its minute
	}
	l.noted[keyID] = at
	l.waiting[keyID] = at
}

// Run writes what was noted every few seconds until ctx is done. Flush writes what came after.
func (l *LastUsed) Run(ctx context.Context) error {
	ticker := time.NewTicker(flushEvery)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-ticker.C:
			l.Flush(ctx)
		}
	}
}

// Flush writes what was noted, now. What cannot be written is dropped: a later use is noted again.
func (l *LastUsed) Flush(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, flushLimit)
	defer cancel()
	l.mu.Lock()
	waiting := l.waiting
	l.waiting = map[string]time.Time{}
	l.mu.Unlock()
	ids, ago := make([]string, 0, len(waiting)), make([]float64, 0, len(waiting))
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
