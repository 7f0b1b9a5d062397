package runner

import (
	"context"
	"log/slog"
	"time"
)

// Every runs the task at once and then after every interval, until ctx is done. A failure is logged, and the
// task runs again after the next interval.
func Every(interval time.Duration, name string, log *slog.Logger, task func(context.Context) error) func(context.Context) error {
	return func(ctx context.Context) error {
		ticker := time.NewTicker(interval)
		defer ticker.Stop()
		for {
			if err := task(ctx); err != nil && ctx.Err() == nil {
				log.WarnContext(ctx, "a periodic task failed and will be retried", "task", name, "error", err)
			}
			select {
			case <-ctx.Done():
				return nil
			case <-ticker.C:
			}
		}
	}
}
