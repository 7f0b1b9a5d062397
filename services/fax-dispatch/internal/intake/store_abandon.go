package intake

import (
	"context"
	"fmt"
	"time"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/fax"
	"github.com/mintfax/mintfax/shared/contract"
)

// unaccepted is what undoing a submission needs.
type unaccepted struct {
	AccountID       string
	EnvironmentID   string
	EnvironmentType contract.EnvironmentType
	Accepted        bool
}

// abandon marks a submission so that nothing can accept it, and reports whether something had before.
func (s Store) abandon(ctx context.Context, faxID string) (unaccepted, bool, error) {
	step := fax.Abandon()
	marked := s.db.WithContext(ctx).Exec(`UPDATE fax.faxes SET status = ?, updated_at = now() WHERE id = ? AND status IN ?`,
		step.To, faxID, step.From)
	if marked.Error != nil {
		return unaccepted{}, false, fmt.Errorf("abandon a submission: %w", marked.Error)
	}
	var found []unaccepted
	err := s.db.WithContext(ctx).Raw(`
		SELECT account_id, environment_id, environment_type, status <> ? AS accepted FROM fax.faxes WHERE id = ?`,
		step.To, faxID).Scan(&found).Error
	if err != nil {
		return unaccepted{}, false, fmt.Errorf("read a submission: %w", err)
	}
	if len(found) == 0 {
		return unaccepted{}, false, nil
	}
	return found[0], true, nil
}

// forget deletes an abandoned submission, with its documents and its idempotency key.
func (s Store) forget(ctx context.Context, faxID string) error {
	return s.remove(ctx, faxID, fax.Abandoned)
}

// forgetUnheld deletes a submission whose hold was refused, so that there is nothing to undo.
func (s Store) forgetUnheld(ctx context.Context, faxID string) error {
	return s.remove(ctx, faxID, fax.Accepting)
}

func (s Store) remove(ctx context.Context, faxID string, status contract.FaxStatus) error {
	err := s.db.WithContext(ctx).Exec(`DELETE FROM fax.faxes WHERE id = ? AND status = ?`, faxID, status).Error
	if err != nil {
		return fmt.Errorf("delete a submission: %w", err)
	}
	return nil
}

func (s Store) documents(ctx context.Context, faxID string) ([]string, error) {
	var ids []string
	err := s.db.WithContext(ctx).Raw(`SELECT id FROM fax.documents WHERE fax_id = ?`, faxID).Scan(&ids).Error
	if err != nil {
		return nil, fmt.Errorf("read the documents of a submission: %w", err)
	}
	return ids, nil
}

// unfinished finds submissions that have been neither accepted nor undone for longer than age.
func (s Store) unfinished(ctx context.Context, age time.Duration, limit int) ([]string, error) {
	var ids []string
	err := s.db.WithContext(ctx).Raw(`
		SELECT id FROM fax.faxes WHERE status IN ('accepting', 'abandoned') AND created_at < now() - make_interval(secs => ?)
		ORDER BY created_at LIMIT ?`, age.Seconds(), limit).Scan(&ids).Error
	if err != nil {
		return nil, fmt.Errorf("look for unfinished submissions: %w", err)
	}
	return ids, nil
}
