package app

import (
	"context"
	"log/slog"
	"time"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/dispatch"
	"github.com/mintfax/mintfax/shared/documents"
	"github.com/mintfax/mintfax/shared/runner"
	"github.com/mintfax/mintfax/shared/service"
)

const (
	submissionSweep = 5 * time.Second
	erasureSweep    = 10 * time.Second
	dueInterval     = 250 * time.Millisecond // the most by which a retry is late
	watchInterval   = 15 * time.Second
	workBatch       = 100
	hourly          = time.Hour
	stagingAge      = time.Hour
)

// schedule runs the periodic jobs.
func (p parts) schedule(s *service.Service, watchdogAge time.Duration) {
	s.Go("submissions", runner.Every(submissionSweep, "unfinished submissions", s.Log, p.intake.Sweep))
	s.Go("due", runner.Every(dueInterval, "due work", s.Log, due(p.dispatcher.Store, p.dispatcher.Wake)))
	s.Go("watchdog", runner.Every(watchInterval, "lost work", s.Log, watch(p.dispatcher.Store, watchdogAge, s.Log)))
	s.Go("retention", runner.Every(hourly, "retention", s.Log, p.erasure.Retain))
	s.Go("erasure", runner.Every(erasureSweep, "erased documents", s.Log, p.erasure.Sweep))
	s.Go("staging", runner.Every(hourly, "staging", s.Log, sweepStaging(p.staging, s.Log)))
	s.Go("keys", runner.Every(hourly, "idempotency keys", s.Log, p.intake.Store.ForgetKeys))
}

// due enqueues what is due until nothing is left.
func due(attempts dispatch.Store, wake func()) func(context.Context) error {
	return func(ctx context.Context) error {
		for {
			enqueued, err := attempts.Due(ctx, workBatch)
			if enqueued > 0 {
				wake()
			}
			if enqueued < workBatch || err != nil {
				return err
			}
		}
	}
}

// watch enqueues lost work again.
func watch(attempts dispatch.Store, age time.Duration, log *slog.Logger) func(context.Context) error {
	return func(ctx context.Context) error {
		enqueued, err := attempts.Watch(ctx, age, workBatch)
		if enqueued > 0 {
			log.WarnContext(ctx, "work took too long and is looked after", "count", enqueued)
		}
		return err
	}
}

// sweepStaging deletes uploads that no fax used.
func sweepStaging(storage *documents.Store, log *slog.Logger) func(context.Context) error {
	return func(ctx context.Context) error {
		swept, err := storage.SweepStaging(ctx, stagingAge)
		if swept > 0 {
			log.InfoContext(ctx, "uploads that no fax used were deleted", "count", swept)
		}
		return err
	}
}
