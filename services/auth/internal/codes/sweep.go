package codes

import (
	"context"
	"log/slog"
	"time"

	"github.com/mintfax/mintfax/shared/postgres"
)

const sweepEvery = time.Hour

// Sweeper deletes codes a day after they were made: most belong to people who never became customers.
type Sweeper struct {
	db  *postgres.DB
	log *slog.Logger
}

// NewSweeper returns a sweeper on auth's database.
func NewSweeper(db *postgres.DB, log *slog.Logger) *Sweeper { return &Sweeper{db: db, log: log} }

// Run sweeps now and every hour until ctx is done. Any number of processes may.
func (s *Sweeper) Run(ctx context.Context) error {
	ticker := time.NewTicker(sweepEvery)
	defer ticker.Stop()
	for {
		s.Sweep(ctx)
		select {
		case <-ctx.Done():
			return nil
		case <-ticker.C:
		}
	}
}

// Sweep deletes old codes once. What fails is done the next time.
func (s *Sweeper) Sweep(ctx context.Context) {
	deleted, err := store{s.db.WithContext(ctx)}.deleteOld()
	if err != nil && ctx.Err() == nil {
		s.log.WarnContext(ctx, "old codes were not deleted", "error", err)
		return
	}
	s.log.DebugContext(ctx, "deleted old codes", "codes", deleted)
}
