package dispatch

import (
	"context"
	"fmt"

	"gorm.io/gorm"

	"github.com/mintfax/mintfax/shared/contract"
	"github.com/mintfax/mintfax/shared/outbox"
)

// One live fax at a time goes to a number, from any sender: a second call would find the line busy with the first. A fax that
// waits is a row, not a message; the end of the call before it dispatches the one that has been due longest.

// mustWait is SQL: whether a queued fax f that is due has to wait for another one to its number, which is being sent or has
// been due for longer.
const mustWait = `(f.environment_type = 'live' AND (
	EXISTS (SELECT FROM fax.faxes o WHERE o.to_number = f.to_number AND o.environment_type = 'live' AND o.status IN ('submitted', 'in_progress'))
	OR EXISTS (SELECT FROM fax.faxes o WHERE o.to_number = f.to_number AND o.environment_type = 'live' AND o.status = 'queued'
		AND (o.next_attempt_at, o.id) < (f.next_attempt_at, f.id))))`

// lockNumber serialises, until the end of tx, those that begin, end or cancel a live fax to the number of this one. So a fax
// that finds it has to wait is found by the one it waits for. It must precede any row lock.
func lockNumber(tx *gorm.DB, faxID string) error {
	err := tx.Exec(`SELECT pg_advisory_xact_lock(hashtextextended('fax.line:' || to_number, 0)) FROM fax.faxes
		WHERE id = ? AND environment_type = 'live' AND to_number IS NOT NULL`, faxID).Error
	if err != nil {
		return fmt.Errorf("lock the number of a fax: %w", err)
	}
	return nil
}

// dispatchNext enqueues the live fax to a number that has been due for longest, unless one is being sent there. The caller
// holds the lock of the number.
func dispatchNext(ctx context.Context, tx *gorm.DB, number string) error {
	var next []contract.DispatchFaxWork
	err := tx.Raw(`
		UPDATE fax.faxes SET given_at = now() WHERE id = (
			SELECT f.id FROM fax.faxes f
			WHERE f.to_number = @number AND f.environment_type = 'live' AND f.status = 'queued' AND f.next_attempt_at <= clock_timestamp()
				AND NOT EXISTS (SELECT FROM fax.faxes o WHERE o.to_number = @number AND o.environment_type = 'live' AND o.status IN ('submitted', 'in_progress'))
			ORDER BY f.next_attempt_at, f.id LIMIT 1)
		RETURNING id AS fax_id, attempts_made + 1 AS attempt_number`, map[string]any{"number": number}).Scan(&next).Error
	if err != nil {
		return fmt.Errorf("look who goes next to a number: %w", err)
	}
	if len(next) == 0 {
		return nil
	}
	return outbox.Add(ctx, tx, "fax", outbox.Work(contract.DispatchFax, next[0]))
}
