package erasure

import (
	"context"
	"fmt"

	"gorm.io/gorm"

	"github.com/mintfax/mintfax/shared/contract"
	"github.com/mintfax/mintfax/shared/postgres"
)

// Store reads and writes the fax schema.
type Store struct {
	db *gorm.DB
}

// NewStore returns a store on the fax schema.
func NewStore(db *gorm.DB) Store { return Store{db} }

const ofTenant = `id = ? AND account_id = ? AND environment_id = ? AND status NOT IN ('accepting', 'abandoned')`

// erase erases a fax that has ended, and returns the status of the fax.
func (s Store) erase(ctx context.Context, r contract.GetFaxRequest) (status contract.FaxStatus, found bool, err error) {
	err = postgres.InTx(ctx, s.db, func(tx *gorm.DB) error {
		var statuses []contract.FaxStatus
		err := tx.Raw(`SELECT status FROM fax.faxes WHERE `+ofTenant+` FOR UPDATE`, r.ID, r.Tenant.AccountID, r.Tenant.EnvironmentID).
			Scan(&statuses).Error
		if err != nil || len(statuses) == 0 {
			return err
		}
		status, found = statuses[0], true
		if !status.Terminal() {
			return nil
		}
		return tx.Exec(`SELECT fax.erase(?)`, r.ID).Error
	})
	if err != nil {
		return "", false, fmt.Errorf("erase a fax: %w", err)
	}
	return status, found, nil
}

// keyless lists documents whose keys are forgotten and that are due to be deleted.
func (s Store) keyless(ctx context.Context, limit int) (ids []string, err error) {
	err = s.db.WithContext(ctx).Raw(`
		SELECT id FROM fax.documents WHERE wrapped_key IS NULL AND coalesce(delete_after, '-infinity') <= now()
		ORDER BY coalesce(delete_after, '-infinity'), id LIMIT ?`, limit).Scan(&ids).Error
	if err != nil {
		return nil, fmt.Errorf("list erased documents: %w", err)
	}
	return ids, nil
}

// keylessOf lists those of one fax.
func (s Store) keylessOf(ctx context.Context, faxID string) (ids []string, err error) {
	err = s.db.WithContext(ctx).Raw(`SELECT id FROM fax.documents WHERE wrapped_key IS NULL AND fax_id = ?`, faxID).Scan(&ids).Error
	if err != nil {
		return nil, fmt.Errorf("list the erased documents of a fax: %w", err)
	}
	return ids, nil
}

// mostCounted bounds what the count of a backlog costs.
const mostCounted = 1_000

// countKeyless counts them up to mostCounted.
func (s Store) countKeyless(ctx context.Context) (n int64, err error) {
	err = s.db.WithContext(ctx).Raw(`SELECT count(*) FROM (SELECT FROM fax.documents WHERE wrapped_key IS NULL LIMIT ?) d`, mostCounted).Scan(&n).Error
	if err != nil {
		return 0, fmt.Errorf("count erased documents: %w", err)
	}
	return n, nil
}

// postpone has documents tried again later, at growing intervals of up to an hour.
func (s Store) postpone(ctx context.Context, ids []string) error {
	if len(ids) == 0 {
		return nil
	}
	err := s.db.WithContext(ctx).Exec(`
		UPDATE fax.documents SET delete_attempts = delete_attempts + 1,
			delete_after = now() + least(interval '1 hour', interval '30 seconds' * (2 ^ least(delete_attempts, 10)))
		WHERE wrapped_key IS NULL AND id IN ?`, ids).Error
	if err != nil {
		return fmt.Errorf("postpone erased documents: %w", err)
	}
	return nil
}

// forget deletes the rows of documents that are gone.
func (s Store) forget(ctx context.Context, ids []string) error {
	if len(ids) == 0 {
		return nil
	}
	if err := s.db.WithContext(ctx).Exec(`DELETE FROM fax.documents WHERE wrapped_key IS NULL AND id IN ?`, ids).Error; err != nil {
		return fmt.Errorf("forget erased documents: %w", err)
	}
	return nil
}
