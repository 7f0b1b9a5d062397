package stripe

import (
	"context"
	"log/slog"
	"time"
)

// Task completes one unfinished item and reports whether there was one. It must postpone an item that it could not
// complete, or it receives the same item again.
type Task func(ctx context.Context) (bool, error)

// Repeat runs a task every interval until ctx is done. While the task finds items, Repeat calls it again as soon as
// the rate limit allows.
func (l *Limiter) Repeat(ctx context.Context, interval time.Duration, name string, task Task, log *slog.Logger) error {
	for {
		found, err := task(ctx)
		if found && err == nil {
			err = l.Wait(ctx)
		}
		if ctx.Err() != nil {
			return nil
		}
		if err != nil {
			log.WarnContext(ctx, "a background task failed and will be retried", "task", name, "error", err)
		}
		if found && err == nil {
			continue
		}
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(interval):
		}
	}
}
