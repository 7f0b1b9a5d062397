package webhook

import (
	"context"
	"fmt"
	"strings"

	"gorm.io/gorm"
)

// Store keeps a note of each event in billing's database.
type Store struct {
	db *gorm.DB
}

// NewStore returns a store on billing's database.
func NewStore(db *gorm.DB) Store { return Store{db: db} }

func (s Store) remember(ctx context.Context, e event) error {
	err := s.db.WithContext(ctx).Exec(`
		INSERT INTO billing.stripe_events (id, type, object_id, livemode) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING`,
		storable(e.ID), e.Type, storable(e.ObjectID), e.Livemode).Error
	if err != nil {
		return fmt.Errorf("remember the event: %w", err)
	}
	return nil
}

// storable drops the one character that JSON can carry and Postgres cannot.
func storable(text string) string { return strings.ReplaceAll(text, "\x00", "") }
