package dispatch

import (
	"errors"

	"gorm.io/gorm"

	"github.com/mintfax/mintfax/shared/contract"
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
