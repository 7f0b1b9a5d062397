package dispatch

import (
	"context"
	"fmt"
	"time"

	"gorm.io/gorm"

	"github.com/mintfax/mintfax/shared/contract"
	"github.com/mintfax/mintfax/shared/postgres"
)

// Watch enqueues work again that may have been lost: work that was enqueued longer than age ago and is not done. If it was
// not lost, the copy has no effect. Watch ignores faxes that wait for their number. It returns how much it enqueued, and
// reads at most limit of each kind.
func (s Store) Watch(ctx context.Context, age time.Duration, limit int) (int, error) {
	given := 0
	err := postgres.InTx(ctx, s.db, func(tx *gorm.DB) error {
		var lost []contract.DispatchFaxWork
		err := tx.Raw(`
			UPDATE fax.attempts SET given_at = now() WHERE id IN (
				SELECT id FROM fax.attempts WHERE outcome IS NULL AND given_at < now() - make_interval(secs => ?)
				ORDER BY given_at LIMIT ? FOR UPDATE SKIP LOCKED)
			RETURNING fax_id, number AS attempt_number`, age.Seconds(), limit).Scan(&lost).Error
		if err != nil {
			return fmt.Errorf("look for lost attempts: %w", err)
		}
		var queued []struct {
			contract.DispatchFaxWork
			Waits bool
		}
		err = tx.Raw(`
			UPDATE fax.faxes f SET given_at = now() WHERE id IN (
				SELECT id FROM fax.faxes WHERE status = 'queued' AND given_at < now() - make_interval(secs => ?)
				ORDER BY given_at LIMIT ? FOR UPDATE SKIP LOCKED)
			RETURNING id AS fax_id, attempts_made + 1 AS attempt_number, `+mustWait+` AS waits`, age.Seconds(), limit).Scan(&queued).Error
		if err != nil {
			return fmt.Errorf("look for overdue faxes: %w", err)
		}
		for _, fax := range queued {
			if !fax.Waits {
				lost = append(lost, fax.DispatchFaxWork)
			}
		}
		given = len(lost)
		return enqueue(ctx, tx, lost)
	})
	return given, err
}
