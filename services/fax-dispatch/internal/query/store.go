package query

import (
	"context"
	"fmt"

	"gorm.io/gorm"

	"github.com/mintfax/mintfax/shared/contract"
)

// Store reads the fax schema.
type Store struct {
	db *gorm.DB
}

// NewStore returns a store on the fax schema.
func NewStore(db *gorm.DB) Store { return Store{db} }

// accepted selects the faxes of a tenant that it may see.
func (s Store) accepted(ctx context.Context, tenant contract.Tenant) *gorm.DB {
	return s.db.WithContext(ctx).Table("fax.faxes").
		Where("environment_id = ? AND account_id = ? AND status NOT IN ('accepting', 'abandoned')", tenant.EnvironmentID, tenant.AccountID)
}

func (s Store) get(ctx context.Context, tenant contract.Tenant, id string) (contract.Fax, bool, error) {
	found, err := s.read(ctx, s.accepted(ctx, tenant).Where("id = ?", id))
	if err != nil || len(found) == 0 {
		return contract.Fax{}, false, err
	}
	return found[0], true, nil
}

// statuses returns the statuses of those faxes that exist, of any sender, submissions included.
func (s Store) statuses(ctx context.Context, ids []string) (map[string]contract.FaxStatus, error) {
	var rows []struct {
		ID     string
		Status contract.FaxStatus
	}
	if err := s.db.WithContext(ctx).Raw(`SELECT id, status FROM fax.faxes WHERE id IN ?`, ids).Scan(&rows).Error; err != nil {
		return nil, fmt.Errorf("read the statuses of faxes: %w", err)
	}
	statuses := make(map[string]contract.FaxStatus, len(rows))
	for _, row := range rows {
		statuses[row.ID] = row.Status
	}
	return statuses, nil
}

// read runs a query for faxes, and one for all their attempts.
func (s Store) read(ctx context.Context, query *gorm.DB) ([]contract.Fax, error) {
	var rows []faxRow
	if err := query.Scan(&rows).Error; err != nil {
		return nil, fmt.Errorf("read faxes: %w", err)
	}
	attempts, err := s.attempts(ctx, rows)
	if err != nil {
		return nil, err
	}
	found := make([]contract.Fax, 0, len(rows))
	for _, row := range rows {
		fax, err := row.fax(attempts[row.ID])
		if err != nil {
			return nil, err
		}
		found = append(found, fax)
	}
	return found, nil
}

func (s Store) attempts(ctx context.Context, faxes []faxRow) (map[string][]contract.FaxAttempt, error) {
	if len(faxes) == 0 {
		return nil, nil
	}
	ids := make([]string, len(faxes))
	for i, row := range faxes {
		ids[i] = row.ID
	}
	var rows []attemptRow
	if err := s.db.WithContext(ctx).Table("fax.attempts").Where("fax_id IN ?", ids).Order("fax_id, number").Scan(&rows).Error; err != nil {
		return nil, fmt.Errorf("read attempts: %w", err)
	}
	byFax := map[string][]contract.FaxAttempt{}
	for _, row := range rows {
		byFax[row.FaxID] = append(byFax[row.FaxID], row.attempt())
	}
	return byFax, nil
}
