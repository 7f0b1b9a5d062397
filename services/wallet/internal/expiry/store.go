package expiry

import (
	"context"
	"fmt"
	"time"

	"gorm.io/gorm"
)

// Store finds holds that stay open.
type Store struct {
	db *gorm.DB
}

// NewStore returns a store on the wallet's database.
func NewStore(db *gorm.DB) Store { return Store{db} }

// hold is an open hold. Its reference is the id of its fax.
type hold struct {
	Reference string
	AccountID string
	Amount    int64
	CreatedAt time.Time
}

// open returns the oldest holds that have been open for longer than age, of those that come after last.
func (s Store) open(ctx context.Context, age time.Duration, last hold, limit int) ([]hold, error) {
	var found []hold
	err := s.db.WithContext(ctx).Raw(`
		SELECT reference, account_id, amount, created_at FROM wallet.holds
		WHERE state = 'open' AND created_at < now() - make_interval(secs => ?) AND (created_at, reference) > (?, ?)
		ORDER BY created_at, reference LIMIT ?`,
		age.Seconds(), last.CreatedAt, last.Reference, limit).Scan(&found).Error
	if err != nil {
		return nil, fmt.Errorf("look for open holds: %w", err)
	}
	return found, nil
}
