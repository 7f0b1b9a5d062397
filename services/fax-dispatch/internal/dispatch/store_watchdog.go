package dispatch

import (
	"context"
	"fmt"
	"time"

	"gorm.io/gorm"

	"github.com/mintfax/mintfax/shared/contract"
	"github.com/mintfax/mintfax/shared/postgres"
	"github.com/mintfax/mintfax/shared/postgres/outbox"
)

// Watch gives work that may have been lost to the dispatcher again: of attempts that have been open
// for longer than age, and of faxes whose next attempt is overdue by that. Work that was not lost
// after all does nothing. It returns how much it gave, at most limit of each kind.
func (s Store) Watch(ctx context.Context, age time.Duration, limit int) (int, error) {
	given := 0
	err := postgres.InTx(ctx, s.db, func(tx *gorm.DB) error {
		var open, due []contract.DispatchFaxWork
		err := tx.Raw(`
			UPDATE fax.attempts SET checked_at = now() WHERE id IN (
				SELECT id FROM fax.attempts
				WHERE outcome IS NULL AND greatest(started_at, checked_at) < now() - make_interval(secs => ?)
				ORDER BY started_at LIMIT ? FOR UPDATE SKIP LOCKED)
			RETURNING fax_id, number AS attempt_number`, age.Seconds(), limit).Scan(&open).Error
		if err != nil {
			return fmt.Errorf("look for lost attempts: %w", err)
		}
		err = tx.Raw(`
			UPDATE fax.faxes SET next_attempt_at = now() WHERE id IN (
				SELECT id FROM fax.faxes
				WHERE status = 'queued' AND next_attempt_at < now() - make_interval(secs => ?)
				ORDER BY next_attempt_at LIMIT ? FOR UPDATE SKIP LOCKED)
			RETURNING id AS fax_id, attempts_made + 1 AS attempt_number`, age.Seconds(), limit).Scan(&due).Error
		if err != nil {
			return fmt.Errorf("look for overdue faxes: %w", err)
		}
		lost := append(open, due...)
		given = len(lost)
		if given == 0 {
			return nil
		}
		messages := make([]outbox.Message, 0, given)
		for _, work := range lost {
			messages = append(messages, outbox.Work(contract.DispatchFax, work, 0))
		}
		return outbox.Add(ctx, tx, "fax", messages...)
	})
	return given, err
}
