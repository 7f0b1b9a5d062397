package main

import (
	"context"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// lookEvery is how often the database is polled, which is the precision of the times.
const lookEvery = 10 * time.Millisecond

// watcher polls the database for the deliveries of all faxes by one query: polling the API for each would be load itself.
type watcher struct {
	db   *pgxpool.Pool
	stop context.CancelFunc

	mu      sync.Mutex
	waiting map[string]chan struct{}
}

func watch(ctx context.Context, databaseURL string) (*watcher, error) {
	db, err := pgxpool.New(ctx, databaseURL)
	if err != nil {
		return nil, err
	}
	ctx, stop := context.WithCancel(ctx)
	w := &watcher{db: db, stop: stop, waiting: map[string]chan struct{}{}}
	go w.run(ctx)
	return w, nil
}

func (w *watcher) close() {
	w.stop()
	w.db.Close()
}

// await returns once a fax is delivered.
func (w *watcher) await(ctx context.Context, id string) error {
	delivered := make(chan struct{})
	w.mu.Lock()
	w.waiting[id] = delivered
	w.mu.Unlock()
	defer func() {
		w.mu.Lock()
		delete(w.waiting, id)
		w.mu.Unlock()
	}()
	select {
	case <-delivered:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (w *watcher) run(ctx context.Context) {
	for ctx.Err() == nil {
		time.Sleep(lookEvery)
		w.mu.Lock()
		ids := make([]string, 0, len(w.waiting))
		for id := range w.waiting {
			ids = append(ids, id)
		}
		w.mu.Unlock()
		if len(ids) == 0 {
			continue
		}
		rows, err := w.db.Query(ctx, `SELECT id FROM fax.faxes WHERE id = ANY($1) AND status = 'delivered'`, ids)
		if err != nil {
			continue // waiters have deadlines of their own
		}
		w.tell(rows)
	}
}

func (w *watcher) tell(rows pgx.Rows) {
	defer rows.Close()
	for rows.Next() {
		var id string
		if rows.Scan(&id) != nil {
			return
		}
		w.mu.Lock()
		if delivered, found := w.waiting[id]; found {
			close(delivered)
			delete(w.waiting, id)
		}
		w.mu.Unlock()
	}
}
