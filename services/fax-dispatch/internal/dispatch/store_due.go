package dispatch

import (
	"context"
	"fmt"
	"time"

	"gorm.io/gorm"

	"github.com/mintfax/mintfax/shared/contract"
	"github.com/mintfax/mintfax/shared/outbox"
	"github.com/mintfax/mintfax/shared/postgres"
)

// Due enqueues work that is due by the database's clock: next attempts of faxes, and queries to carriers about attempts.
// Several processes may run it at once. It returns how much it enqueued, at most limit of each kind.
func (s Store) Due(ctx context.Context, limit int) (int, error) {
	given := 0
	err := postgres.InTx(ctx, s.db, func(tx *gorm.DB) error {
		var faxes, asks []contract.DispatchFaxWork
		err := tx.Raw(`
			UPDATE fax.faxes SET given_at = now() WHERE id IN (
				SELECT id FROM fax.faxes WHERE status = 'queued' AND given_at IS NULL AND next_attempt_at <= now()
				ORDER BY next_attempt_at, id LIMIT ? FOR UPDATE SKIP LOCKED)
			RETURNING id AS fax_id, attempts_made + 1 AS attempt_number`, limit).Scan(&faxes).Error
		if err != nil {
			return fmt.Errorf("look for faxes that are due: %w", err)
		}
		err = tx.Raw(`
			UPDATE fax.attempts SET given_at = now() WHERE id IN (
				SELECT id FROM fax.attempts WHERE outcome IS NULL AND given_at IS NULL AND ask_at <= now()
				ORDER BY ask_at LIMIT ? FOR UPDATE SKIP LOCKED)
			RETURNING fax_id, number AS attempt_number`, limit).Scan(&asks).Error
		if err != nil {
			return fmt.Errorf("look for attempts to ask about: %w", err)
		}
		work := append(faxes, asks...)
		given = len(work)
		return enqueue(ctx, tx, work)
	})
	return given, err
}

// enqueue adds work to the outbox.
func enqueue(ctx context.Context, tx *gorm.DB, work []contract.DispatchFaxWork) error {
	if len(work) == 0 {
		return nil
	}
	messages := make([]outbox.Message, 0, len(work))
	for _, w := range work {
		messages = append(messages, outbox.Work(contract.DispatchFax, w))
	}
	return outbox.Add(ctx, tx, "fax", messages...)
}

// recordRunning records the carrier's reference of the attempt, and that the carrier is to be asked about it after the wait. It does
// nothing when the attempt was placed anew meanwhile.
func (s Store) recordRunning(ctx context.Context, a attempt, ref string, wait time.Duration) error {
	err := s.db.WithContext(ctx).Exec(`
		UPDATE fax.attempts SET carrier_ref = coalesce(nullif(?, ''), carrier_ref), given_at = NULL, ask_at = now() + make_interval(secs => ?)
		`+asItWas, ref, wait.Seconds(), a.ID, a.Carrier, a.PlacedAt).Error
	return wrap("record a call", err)
}

// postpone offers the attempt to carriers again after the wait, since none of them has taken the call.
func (s Store) postpone(ctx context.Context, a attempt, wait time.Duration) error {
	err := postgres.InTx(ctx, s.db, func(tx *gorm.DB) error {
		waiting := tx.Exec(`
			UPDATE fax.attempts SET rounds = rounds + 1, given_at = NULL, ask_at = now() + make_interval(secs => ?)
			WHERE id = ? AND outcome IS NULL`, wait.Seconds(), a.ID)
		if waiting.Error != nil || waiting.RowsAffected == 0 {
			return waiting.Error
		}
		return tx.Exec(`UPDATE fax.faxes SET next_attempt_at = now() + make_interval(secs => ?), updated_at = now() WHERE id = ? AND attempts_made = ?`,
			wait.Seconds(), a.FaxID, a.Number).Error
	})
	return wrap("record that no carrier takes a call", err)
}
