package codes

import (
	"time"

	"gorm.io/gorm"
)

// store counts codes and guesses.
type store struct {
	tx *gorm.DB
}

type codeRow struct {
	ID       int64
	Name     string
	CodeHash []byte
}

// insert records a code, or returns how long to wait until one may be recorded. The lock makes the
// count true among concurrent requests for one e-mail.
func (s store) insert(purpose Purpose, email, name string, hash []byte) (time.Duration, error) {
	counted := []Purpose{purpose}
	if purpose != SignIn {
		counted = []Purpose{Register, Notice}
	}
	if err := s.tx.Exec(`SELECT pg_advisory_xact_lock(hashtextextended(?, 0))`, "code:"+email).Error; err != nil {
		return 0, err
	}
	var recent struct {
		Count int
		Wait  float64
	}
	err := s.tx.Raw(`
		SELECT count(*) AS count, coalesce(extract(epoch FROM min(created_at) + interval '1 hour' - now()), 0) AS wait
		FROM auth.email_codes WHERE email = ? AND purpose IN ? AND created_at > now() - interval '1 hour'`,
		email, counted).Scan(&recent).Error
	if err != nil {
		return 0, err
	}
	if recent.Count >= perHour {
		return max(time.Duration(recent.Wait*float64(time.Second)), time.Second), nil
	}
	return 0, s.tx.Exec(`
		INSERT INTO auth.email_codes (email, purpose, name, code_hash, expires_at)
		VALUES (?, ?, ?, ?, now() + make_interval(secs => ?))`,
		email, purpose, name, hash, Lifetime.Seconds()).Error
}

// spendGuess counts a guess against the newest code and returns it; the zero row when there is none
// that may still be guessed.
func (s store) spendGuess(purpose Purpose, email string) (codeRow, error) {
	var row codeRow
	err := s.tx.Raw(`
		UPDATE auth.email_codes SET guesses = guesses + 1
		WHERE id = (SELECT id FROM auth.email_codes WHERE email = ? AND purpose = ? ORDER BY id DESC LIMIT 1)
		  AND guesses < ? AND expires_at > now() AND used_at IS NULL
		RETURNING id, name, code_hash`, email, purpose, maxGuesses).Scan(&row).Error
	return row, err
}

func (s store) use(id int64) (bool, error) {
	done := s.tx.Exec(`UPDATE auth.email_codes SET used_at = now() WHERE id = ? AND used_at IS NULL`, id)
	return done.RowsAffected == 1, done.Error
}

// deleteOld forgets codes that neither work nor count any more.
func (s store) deleteOld() (int64, error) {
	done := s.tx.Exec(`DELETE FROM auth.email_codes WHERE created_at < now() - interval '1 day'`)
	return done.RowsAffected, done.Error
}
