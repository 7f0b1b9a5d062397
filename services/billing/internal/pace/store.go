package pace

import (
	"context"
	"time"

	"gorm.io/gorm"
)

// Store keeps the next turn in billing's database.
type Store struct {
	db *gorm.DB
}

// NewStore returns a store on billing's database.
func NewStore(db *gorm.DB) Store { return Store{db: db} }

// turn takes the next free turn and tells how long it is until then.
func (s Store) turn(ctx context.Context) (time.Duration, error) {
	var seconds float64
	err := s.db.WithContext(ctx).Raw(`
		UPDATE billing.pace SET next_turn = greatest(next_turn, clock_timestamp()) + @gap * interval '1 second'
		RETURNING extract(epoch FROM next_turn - clock_timestamp()) - @gap`, map[string]any{"gap": gap.Seconds()}).Scan(&seconds).Error
	return time.Duration(seconds * float64(time.Second)), err
}
