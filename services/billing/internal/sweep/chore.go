package sweep

import (
	"context"
	"log/slog"
	"time"
)

// Chore finishes one thing that was left unfinished, and reports whether there was any. It is to put off
// what it could not finish, or it gets the same again.
type Chore func(ctx context.Context) (bool, error)

// Repeat does a chore every interval, as often as there is something to finish, until ctx is done.
func Repeat(ctx context.Context, interval time.Duration, name string, chore Chore, log *slog.Logger) error {
	for {
		wait := pause
		found, err := chore(ctx)
		if err != nil && ctx.Err() == nil {
			log.WarnContext(ctx, "a chore failed; it will be tried again", "chore", name, "error", err)
		}
		if !found || err != nil {
			wait = interval
		}
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(wait):
		}
	}
}
