package holds

import (
	"time"

	"gorm.io/gorm"
)

// store reads open holds, and keeps the ids of messages that have had their effect. The ledger's operations alone
// write holds.
type store struct {
	tx *gorm.DB
}

// recordMessage returns false when the message was recorded before.
func (s store) recordMessage(messageID string) (first bool, err error) {
	done := s.tx.Exec(`INSERT INTO wallet.inbox (message_id) VALUES (?) ON CONFLICT DO NOTHING`, messageID)
	return done.RowsAffected == 1, done.Error
}

func (s store) deleteMessages(age time.Duration) error {
	return s.tx.Exec(`DELETE FROM wallet.inbox WHERE handled_at < now() - make_interval(secs => ?)`, age.Seconds()).Error
}

// hold is an open hold. Its reference is the id of its fax.
type hold struct {
	Reference string
	AccountID string
	Amount    int64
	CreatedAt time.Time
}

// open returns the oldest holds after last that have been open for longer than age.
func (s store) open(age time.Duration, last hold, limit int) ([]hold, error) {
	var found []hold
	err := s.tx.Raw(`
		SELECT reference, account_id, amount, created_at FROM wallet.holds
		WHERE state = 'open' AND created_at < now() - make_interval(secs => ?) AND (created_at, reference) > (?, ?)
		ORDER BY created_at, reference LIMIT ?`,
		age.Seconds(), last.CreatedAt, last.Reference, limit).Scan(&found).Error
	return found, err
}
