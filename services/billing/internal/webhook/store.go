package webhook

import (
	"context"
	"fmt"
	"strings"
	"time"

	"gorm.io/gorm"

	"github.com/mintfax/mintfax/services/billing/internal/stripe"
)

// Store records the handled events in billing's database.
type Store struct {
	db *gorm.DB
}

// NewStore returns a store on billing's database.
func NewStore(db *gorm.DB) Store { return Store{db: db} }

// recordEvent records a handled event; a second record of it changes nothing.
func (s Store) recordEvent(ctx context.Context, e event) error {
	err := s.db.WithContext(ctx).Exec(`
		INSERT INTO billing.stripe_events (id, type, object_id, livemode) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING`,
		storable(e.ID), e.Type, storable(e.ObjectID), e.Livemode).Error
	if err != nil {
		return fmt.Errorf("record the event: %w", err)
	}
	return nil
}

// storable removes NUL, which JSON can carry and Postgres text cannot.
func storable(text string) string { return strings.ReplaceAll(text, "\x00", "") }

// claimScan reports whether the caller is the one to scan for missed events in this interval, and the start of the scan.
func (s Store) claimScan(ctx context.Context, interval time.Duration) (since time.Time, due bool, err error) {
	done := s.db.WithContext(ctx).Raw(`
		UPDATE billing.event_scan SET next_at = now() + ? * interval '1 second' WHERE next_at <= now() RETURNING scanned_until`,
		interval.Seconds()).Scan(&since)
	if done.Error != nil {
		return time.Time{}, false, fmt.Errorf("claim the scan for missed events: %w", done.Error)
	}
	return since, done.RowsAffected == 1, nil
}

func (s Store) scanned(ctx context.Context, until time.Time) error {
	err := s.db.WithContext(ctx).Exec(
		`UPDATE billing.event_scan SET scanned_until = greatest(scanned_until, ?)`, until).Error
	if err != nil {
		return fmt.Errorf("record the scan for missed events: %w", err)
	}
	return nil
}

// unknown returns the ids of those events that have not been handled.
func (s Store) unknown(ctx context.Context, events []stripe.Event) (map[string]bool, error) {
	unknown := map[string]bool{}
	ids := make([]string, 0, len(events))
	for _, e := range events {
		unknown[e.ID] = true
		ids = append(ids, e.ID)
	}
	var known []string
	if err := s.db.WithContext(ctx).Table("billing.stripe_events").Where("id IN ?", ids).Pluck("id", &known).Error; err != nil {
		return nil, fmt.Errorf("look up events: %w", err)
	}
	for _, id := range known {
		delete(unknown, id)
	}
	return unknown, nil
}
