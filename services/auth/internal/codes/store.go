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
	ID      int64
	Email   string // canonical
	Address string // as it was typed
	Purpose Purpose
	Name    string
	Seed    []byte
	Asker   []byte
	Network []byte
	Known   bool // the asker is a known browser of the e-mail
}

// counted is how much of a bound is used, and when the oldest of it stops to count.
type counted struct {
	Mine, Everybody int
	Wait            float64 // seconds
}

func (c counted) share() share { return share{mine: c.Mine, all: c.Everybody} }

func (c counted) wait() time.Duration {
	return max(time.Duration(c.Wait*float64(time.Second)), time.Second)
}

// lock makes what is counted true among concurrent requests for one e-mail.
func (s store) lock(email string) error {
	return s.tx.Exec(`SELECT pg_advisory_xact_lock(hashtextextended(?, 0))`, "code:"+email).Error
}

// admit finds out whether the asker is known, and how long it has to wait until it may have a code.
func (s store) admit(row *codeRow) (time.Duration, error) {
	if err := s.lock(row.Email); err != nil {
		return 0, err
	}
	err := s.tx.Raw(`SELECT ? = 'sign_in' AND EXISTS (SELECT FROM auth.known_browsers WHERE email = ? AND browser = ?)`,
		row.Purpose, row.Email, row.Asker).Scan(&row.Known).Error
	if err != nil {
		return 0, err
	}
	var recent counted
	err = s.tx.Raw(`
		SELECT count(*) FILTER (WHERE mine AND purpose = @purpose) AS mine, count(*) AS everybody,
		       coalesce(extract(epoch FROM coalesce(min(created_at) FILTER (WHERE mine AND purpose = @purpose), min(created_at))
		           + interval '1 hour' - now()), 0) AS wait
		FROM (SELECT created_at, purpose, asker = @asker OR (network = @network AND NOT known) AS mine FROM auth.email_codes
		      WHERE email = @email AND known = @known AND created_at > now() - interval '1 hour') AS recent
		WHERE mine OR NOT @known`, row.named()).Scan(&recent).Error
	if err != nil {
		return 0, err
	}
	if recent.Mine >= perHour || !recent.share().leaves(strangersCodes) {
		return recent.wait(), nil
	}
	return 0, nil
}

func (s store) insert(row *codeRow) error {
	return s.tx.Raw(`
		INSERT INTO auth.email_codes (email, address, purpose, name, seed, asker, network, known, expires_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, now() + make_interval(secs => ?)) RETURNING id`,
		row.Email, row.Address, row.Purpose, row.Name, row.Seed, row.Asker, row.Network, row.Known, Lifetime.Seconds()).Scan(&row.ID).Error
}

// spendGuess finds the newest code of the asker and counts a guess against it, or returns how long the asker has to
// wait. Nothing is found when there is no code that may still be guessed.
func (s store) spendGuess(row *codeRow) (found bool, wait time.Duration, err error) {
	if err := s.lock(row.Email); err != nil {
		return false, 0, err
	}
	var newest codeRow
	done := s.tx.Raw(`
		SELECT id, name, seed, known FROM auth.email_codes
		WHERE id = (SELECT id FROM auth.email_codes WHERE email = ? AND purpose = ? AND asker = ? ORDER BY id DESC LIMIT 1)
		  AND guesses < ? AND expires_at > now() AND used_at IS NULL`, row.Email, row.Purpose, row.Asker, maxGuesses).Scan(&newest)
	if done.Error != nil || done.RowsAffected == 0 {
		return false, 0, done.Error
	}
	row.ID, row.Name, row.Seed, row.Known = newest.ID, newest.Name, newest.Seed, newest.Known
	wrong, err := s.wrongGuesses(row)
	if err != nil {
		return false, 0, err
	}
	if !wrong.share().leaves(strangersGuesses) {
		return false, wrong.wait(), nil
	}
	return true, 0, s.tx.Exec(`UPDATE auth.email_codes SET guesses = guesses + 1 WHERE id = ?`, row.ID).Error
}

// wrongGuesses are those of a day, for all purposes: of strangers all, of a known browser its own.
func (s store) wrongGuesses(row *codeRow) (counted, error) {
	var wrong counted
	err := s.tx.Raw(`
		SELECT coalesce(sum(wrong) FILTER (WHERE mine), 0) AS mine, coalesce(sum(wrong), 0) AS everybody,
		       coalesce(extract(epoch FROM coalesce(min(created_at) FILTER (WHERE mine AND wrong > 0), min(created_at) FILTER (WHERE wrong > 0))
		           + interval '1 day' - now()), 0) AS wait
		FROM (SELECT created_at, guesses - (used_at IS NOT NULL)::int AS wrong, asker = @asker OR (network = @network AND NOT known) AS mine
		      FROM auth.email_codes
		      WHERE email = @email AND known = @known AND created_at > now() - interval '1 day') AS recent
		WHERE mine OR NOT @known`, row.named()).Scan(&wrong).Error
	return wrong, err
}

func (r *codeRow) named() map[string]any {
	return map[string]any{"email": r.Email, "purpose": r.Purpose, "asker": r.Asker, "network": r.Network, "known": r.Known}
}

func (s store) use(id int64) (bool, error) {
	done := s.tx.Exec(`UPDATE auth.email_codes SET used_at = now() WHERE id = ? AND used_at IS NULL`, id)
	return done.RowsAffected == 1, done.Error
}

// deleteOld forgets codes that neither work nor count any more, and browsers that were not seen for long.
func (s store) deleteOld() (int64, error) {
	codes := s.tx.Exec(`DELETE FROM auth.email_codes WHERE created_at < now() - interval '1 day'`)
	if codes.Error != nil {
		return 0, codes.Error
	}
	browsers := s.tx.Exec(`DELETE FROM auth.known_browsers WHERE known_at < now() - make_interval(secs => ?)`, KnownFor.Seconds())
	return codes.RowsAffected, browsers.Error
}
