package codes

import (
	"time"

	"gorm.io/gorm"
)

// store counts codes and attempts.
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
	Known   bool // the requester is a known browser of the e-mail
}

// counted is how much of a quota is used, and how long until its oldest use no longer counts.
type counted struct {
	Own, Total int
	Wait       float64 // seconds
}

func (c counted) usage() usage { return usage{own: c.Own, total: c.Total} }

func (c counted) wait() time.Duration {
	return max(time.Duration(c.Wait*float64(time.Second)), time.Second)
}

// lock serializes the counting for one e-mail until the transaction ends.
func (s store) lock(email string) error {
	return s.tx.Exec(`SELECT pg_advisory_xact_lock(hashtextextended(?, 0))`, "code:"+email).Error
}

// admit sets row.Known, and returns how long the requester has to wait for a code; 0 admits it.
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
		SELECT count(*) FILTER (WHERE mine AND purpose = @purpose) AS own, count(*) AS total,
		       coalesce(extract(epoch FROM coalesce(min(created_at) FILTER (WHERE mine AND purpose = @purpose), min(created_at))
		           + interval '1 hour' - now()), 0) AS wait
		FROM (SELECT created_at, purpose, asker = @asker OR (network = @network AND NOT known) AS mine FROM auth.email_codes
		      WHERE email = @email AND known = @known AND created_at > now() - interval '1 hour') AS recent
		WHERE mine OR NOT @known`, row.named()).Scan(&recent).Error
	if err != nil {
		return 0, err
	}
	if recent.Own >= codesPerHour || !recent.usage().admits(unknownCodesPerHour) {
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

// countAttempt finds the requester's newest code and counts an attempt at it, or returns how long the requester has to wait.
// It finds nothing when no code accepts attempts.
func (s store) countAttempt(row *codeRow) (found bool, wait time.Duration, err error) {
	if err := s.lock(row.Email); err != nil {
		return false, 0, err
	}
	var newest codeRow
	done := s.tx.Raw(`
		SELECT id, name, seed, known FROM auth.email_codes
		WHERE id = (SELECT id FROM auth.email_codes WHERE email = ? AND purpose = ? AND asker = ? ORDER BY id DESC LIMIT 1)
		  AND guesses < ? AND expires_at > now() AND used_at IS NULL`, row.Email, row.Purpose, row.Asker, maxAttempts).Scan(&newest)
	if done.Error != nil || done.RowsAffected == 0 {
		return false, 0, done.Error
	}
	row.ID, row.Name, row.Seed, row.Known = newest.ID, newest.Name, newest.Seed, newest.Known
	wrong, err := s.wrongAttempts(row)
	if err != nil {
		return false, 0, err
	}
	if !wrong.usage().admits(unknownAttemptsPerDay) {
		return false, wrong.wait(), nil
	}
	return true, 0, s.tx.Exec(`UPDATE auth.email_codes SET guesses = guesses + 1 WHERE id = ?`, row.ID).Error
}

// wrongAttempts counts those of the last day, for both purposes: a known browser's own, or those of all unknown requesters.
func (s store) wrongAttempts(row *codeRow) (counted, error) {
	var wrong counted
	err := s.tx.Raw(`
		SELECT coalesce(sum(wrong) FILTER (WHERE mine), 0) AS own, coalesce(sum(wrong), 0) AS total,
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

func (s store) consume(id int64) (bool, error) {
	done := s.tx.Exec(`UPDATE auth.email_codes SET used_at = now() WHERE id = ? AND used_at IS NULL`, id)
	return done.RowsAffected == 1, done.Error
}

func (s store) undelivered(id int64) (row codeRow, found bool, err error) {
	done := s.tx.Raw(`SELECT email, address, purpose, seed FROM auth.email_codes
		WHERE id = ? AND mailed_at IS NULL AND used_at IS NULL AND expires_at > now()`, id).Scan(&row)
	return row, done.RowsAffected == 1, done.Error
}

func (s store) markDelivered(id int64) error {
	return s.tx.Exec(`UPDATE auth.email_codes SET mailed_at = now() WHERE id = ?`, id).Error
}

func (s store) deleteExpired() error {
	if err := s.tx.Exec(`DELETE FROM auth.email_codes WHERE created_at < now() - interval '1 day'`).Error; err != nil {
		return err
	}
	return s.tx.Exec(`DELETE FROM auth.known_browsers WHERE known_at < now() - make_interval(secs => ?)`, trustedFor.Seconds()).Error
}
