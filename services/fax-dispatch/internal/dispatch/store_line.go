package dispatch

import (
	"context"
	"errors"

	"gorm.io/gorm"

	"github.com/mintfax/mintfax/shared/contract"
	"github.com/mintfax/mintfax/shared/postgres/outbox"
)

// errLineTaken says that another fax is on its way to the same number.
var errLineTaken = errors.New("another fax is on its way to the same number")

// waitForLine lets one live fax at a time go to a number: a second call would find it busy with the first. Those who
// ask about the same number do so one after the other.
func waitForLine(tx *gorm.DB, work contract.DispatchFaxWork) error {
	var numbers []string
	err := tx.Raw(`SELECT to_number FROM fax.faxes WHERE id = ? AND status = 'queued' AND environment_type = 'live'`, work.FaxID).
		Scan(&numbers).Error
	if err != nil || len(numbers) == 0 {
		return wrap("read where a fax goes", err)
	}
	if err := tx.Exec(`SELECT pg_advisory_xact_lock(hashtextextended('fax.line:' || ?, 0))`, numbers[0]).Error; err != nil {
		return wrap("wait for a line", err)
	}
	var taken bool
	err = tx.Raw(`SELECT EXISTS (SELECT FROM fax.faxes WHERE to_number = ? AND status IN ('submitted', 'in_progress')
		AND environment_type = 'live' AND id <> ?)`, numbers[0], work.FaxID).Scan(&taken).Error
	if err == nil && taken {
		return errLineTaken
	}
	return wrap("look whether a line is free", err)
}

// wakeNext gives the line that an attempt has left to the live fax that has waited for it longest. Those who wait ask
// by themselves only now and then.
func wakeNext(ctx context.Context, tx *gorm.DB, a attempt) error {
	if a.Tenant.EnvironmentType != contract.Live {
		return nil
	}
	var next []contract.DispatchFaxWork
	err := tx.Raw(`
		SELECT id AS fax_id, attempts_made + 1 AS attempt_number FROM fax.faxes
		WHERE to_number = ? AND environment_type = 'live' AND status = 'queued' AND next_attempt_at <= now() AND id <> ?
		ORDER BY next_attempt_at, id LIMIT 1`, a.ToNumber, a.FaxID).Scan(&next).Error
	if err != nil || len(next) == 0 {
		return wrap("look who waits for a line", err)
	}
	return outbox.Add(ctx, tx, "fax", outbox.Work(contract.DispatchFax, next[0], 0))
}
