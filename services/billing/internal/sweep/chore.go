package sweep

import (
	"context"
	"log/slog"
	"time"

	"github.com/mintfax/mintfax/services/billing/internal/pace"
)

// Chore finishes one thing that was left unfinished, and reports whether there was any. It is to put off
// what it could not finish, or it gets the same again.
type Chore func(ctx context.Context) (bool, error)

// Repeat does a chore every interval, as often as there is something to finish and at that pace, until ctx is
// done.
func Repeat(ctx context.Context, interval time.Duration, pace *pace.Pace, name string, chore Chore, log *slog.Logger) error {
	for {
		found, err := chore(ctx)
		if found && err == nil {
			err = pace.Wait(ctx)
		}
		if ctx.Err() != nil {
			return nil
		}
		if err != nil {
			log.WarnContext(ctx, "a chore failed; it will be tried again", "chore", name, "error", err)
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
