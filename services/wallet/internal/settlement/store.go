package settlement

import (
	"time"

	"gorm.io/gorm"
)

// store keeps the ids of messages that have had their effect.
type store struct {
	tx *gorm.DB
}

// remember returns false when the message has had its effect before.
func (s store) remember(messageID string) (bool, error) {
	done := s.tx.Exec(`INSERT INTO wallet.inbox (message_id) VALUES (?) ON CONFLICT DO NOTHING`, messageID)
	return done.RowsAffected == 1, done.Error
}

func (s store) forget(age time.Duration) error {
	return s.tx.Exec(`DELETE FROM wallet.inbox WHERE handled_at < now() - make_interval(secs => ?)`, age.Seconds()).Error
}
