package app

import (
	"context"
	"log/slog"
	"time"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/dispatch"
	"github.com/mintfax/mintfax/shared/documents"
	"github.com/mintfax/mintfax/shared/runner"
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
func (p parts) schedule(r *runner.Runner, watchdogAge time.Duration, log *slog.Logger) {
	r.Go("submissions", runner.Every(submissionSweep, "unfinished submissions", log, p.intake.Sweep))
	r.Go("due", runner.Every(dueInterval, "due work", log, due(p.dispatcher.Store, p.dispatcher.Wake)))
	r.Go("watchdog", runner.Every(watchInterval, "lost work", log, watch(p.dispatcher.Store, watchdogAge, log)))
	r.Go("retention", runner.Every(hourly, "retention", log, p.erasure.Retain))
	r.Go("erasure", runner.Every(erasureSweep, "erased documents", log, p.erasure.Sweep))
	r.Go("staging", runner.Every(hourly, "staging", log, sweepStaging(p.staging, log)))
	r.Go("keys", runner.Every(hourly, "idempotency keys", log, p.intake.Store.ForgetKeys))
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
