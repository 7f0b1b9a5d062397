package mail

import (
	"context"
	"fmt"
	"time"

	"gorm.io/gorm"
)

// store reads addresses and records which messages were handled, in auth's database.
type store struct {
	db *gorm.DB
}

// retention is longer than a message can wait for its redelivery.
const retention = 7 * 24 * time.Hour

func (s store) handled(ctx context.Context, messageID string) (handled bool, err error) {
	err = s.db.WithContext(ctx).Raw(`SELECT EXISTS (SELECT FROM auth.inbox WHERE message_id = ?)`, messageID).Scan(&handled).Error
	if err != nil {
		return false, fmt.Errorf("look up the message: %w", err)
	}
	return handled, nil
}

// markHandled also deletes the ids of messages that can no longer be redelivered.
func (s store) markHandled(ctx context.Context, messageID string) error {
	err := s.db.WithContext(ctx).Exec(`INSERT INTO auth.inbox (message_id) VALUES (?) ON CONFLICT DO NOTHING`, messageID).Error
	if err == nil {
		err = s.db.WithContext(ctx).Exec(`DELETE FROM auth.inbox WHERE handled_at < now() - make_interval(secs => ?)`, retention.Seconds()).Error
	}
	if err != nil {
		return fmt.Errorf("record the message: %w", err)
	}
	return nil
}

func (s store) email(ctx context.Context, accountID string) (email string, found bool, err error) {
	done := s.db.WithContext(ctx).Raw(`SELECT email FROM auth.accounts WHERE id = ?`, accountID).Scan(&email)
	if done.Error != nil {
		return "", false, fmt.Errorf("read the address: %w", done.Error)
	}
	return email, done.RowsAffected == 1, nil
}
