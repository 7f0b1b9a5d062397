package check

import (
	"context"
	"database/sql"
	"log/slog"
	"sync"
	"time"
)

const (
	// recordInterval is a little longer than the minute that writeLastUsed keeps between two writes of a key, so that
	// few recorded uses are skipped there.
	recordInterval = 65 * time.Second
	flushInterval  = 5 * time.Second
	flushTimeout   = 5 * time.Second
	maxKeys        = 100_000 // in memory
	maxFlushSize   = 1000
)

// LastUsed records when keys were last used. It collects uses in memory and writes them in batches, off the request
// path, at most once a minute for a key.
type LastUsed struct {
	db  *sql.DB
	log *slog.Logger

	mu       sync.Mutex
	recorded map[string]time.Time // when a use was last recorded
	pending  map[string]time.Time // not written yet
}

// NewLastUsed returns a recorder, which writes nothing before Run.
func NewLastUsed(db *sql.DB, log *slog.Logger) *LastUsed {
	return &LastUsed{db: db, log: log, recorded: map[string]time.Time{}, pending: map[string]time.Time{}}
}

// Record collects a use of a key. It drops the use if too many keys are pending.
func (l *LastUsed) Record(keyID string, at time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if at.Sub(l.recorded[keyID]) < recordInterval || len(l.pending) >= maxKeys {
		return
	}
	if len(l.recorded) >= maxKeys {
		clear(l.recorded) // uses are recorded more often for a while; writeLastUsed still keeps its minute
	}
	l.recorded[keyID] = at
	l.pending[keyID] = at
}

// Run writes the pending uses every few seconds until ctx is done. The caller flushes the rest.
func (l *LastUsed) Run(ctx context.Context) error {
	ticker := time.NewTicker(flushInterval)
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

// Flush writes the pending uses. It drops those that it cannot write; later uses are recorded again.
func (l *LastUsed) Flush(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, flushTimeout)
	defer cancel()
	l.mu.Lock()
	pending := l.pending
	l.pending = map[string]time.Time{}
	l.mu.Unlock()
	ids, ago := make([]string, 0, len(pending)), make([]float64, 0, len(pending))
	for id, at := range pending {
		ids, ago = append(ids, id), append(ago, time.Since(at).Seconds())
	}
	for len(ids) > 0 {
		n := min(len(ids), maxFlushSize)
		if err := writeLastUsed(ctx, l.db, ids[:n], ago[:n]); err != nil {
			l.log.WarnContext(ctx, "last use of keys not written", "keys", n, "error", err)
		}
		ids, ago = ids[n:], ago[n:]
	}
}
