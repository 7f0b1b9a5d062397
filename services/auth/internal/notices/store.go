package notices

import (
	"context"
	"fmt"
	"time"

	"gorm.io/gorm"
)

// Store reads addresses and remembers what was told, in auth's database.
type Store struct {
	db *gorm.DB
}

// NewStore returns a store on auth's database.
func NewStore(db *gorm.DB) Store { return Store{db: db} }

// memory is longer than a message can wait to be delivered again.
const memory = 7 * 24 * time.Hour

func (s Store) handled(ctx context.Context, messageID string) (handled bool, err error) {
	err = s.db.WithContext(ctx).Raw(`SELECT EXISTS (SELECT FROM auth.inbox WHERE message_id = ?)`, messageID).Scan(&handled).Error
	if err != nil {
		return false, fmt.Errorf("look up the message: %w", err)
	}
	return handled, nil
}

// remember also forgets what cannot come again.
func (s Store) remember(ctx context.Context, messageID string) error {
	err := s.db.WithContext(ctx).Exec(`INSERT INTO auth.inbox (message_id) VALUES (?) ON CONFLICT DO NOTHING`, messageID).Error
	if err == nil {
		err = s.db.WithContext(ctx).Exec(`DELETE FROM auth.inbox WHERE handled_at < now() - make_interval(secs => ?)`, memory.Seconds()).Error
	}
	if err != nil {
		return fmt.Errorf("remember the message: %w", err)
	}
	return nil
}

func (s Store) email(ctx context.Context, accountID string) (email string, found bool, err error) {
	done := s.db.WithContext(ctx).Raw(`SELECT email FROM auth.accounts WHERE id = ?`, accountID).Scan(&email)
	if done.Error != nil {
		return "", false, fmt.Errorf("read the address: %w", done.Error)
	}
	return email, done.RowsAffected == 1, nil
}
