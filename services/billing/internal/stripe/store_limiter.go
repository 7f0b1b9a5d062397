package stripe

import (
	"context"
	"fmt"
	"time"

	"gorm.io/gorm"
)

// requestInterval separates two background requests. At 111 ms no one-second window, wherever it begins, has more
// than ten of them.
const requestInterval = 111 * time.Millisecond

// Limiter limits the rate of background requests. All processes of billing share one limit through the database:
// Stripe allows an account 25 to 100 requests a second in all, and requests on behalf of a waiting customer take
// precedence (https://docs.stripe.com/rate-limits).
type Limiter struct {
	db *gorm.DB
}

// NewLimiter returns the limiter of billing's database.
func NewLimiter(db *gorm.DB) *Limiter { return &Limiter{db: db} }

// Wait blocks until the caller may send one request, or returns an error when ctx is done. Unused slots do not
// accumulate.
func (l *Limiter) Wait(ctx context.Context) error {
	delay, err := l.reserve(ctx)
	if err != nil {
		return fmt.Errorf("reserve a request to Stripe: %w", err)
	}
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(delay):
		return nil
	}
}

// reserve takes the next free slot and returns the time until it begins.
func (l *Limiter) reserve(ctx context.Context) (time.Duration, error) {
	var seconds float64
	err := l.db.WithContext(ctx).Raw(`
		UPDATE billing.pace SET next_turn = greatest(next_turn, clock_timestamp()) + @gap * interval '1 second'
		RETURNING extract(epoch FROM next_turn - clock_timestamp()) - @gap`, map[string]any{"gap": requestInterval.Seconds()}).Scan(&seconds).Error
	return time.Duration(seconds * float64(time.Second)), err
}
