package faxes

import (
	"context"
	"fmt"

	"gorm.io/gorm"

	"github.com/mintfax/mintfax/shared/contract"
)

// tenant returns who sent a fax of an account.
func (s Store) tenant(ctx context.Context, accountID, id string) (contract.Tenant, bool, error) {
	var rows []contract.Tenant
	err := s.db.WithContext(ctx).Raw(`
		SELECT account_id, environment_id, environment_type FROM fax.faxes WHERE id = ? AND account_id = ?`, id, accountID).Scan(&rows).Error
	if err != nil || len(rows) == 0 {
		return contract.Tenant{}, false, err
	}
	return rows[0], true, nil
}

// since are the accepted faxes that an overview is about, by the index that lists of faxes use.
func (s Store) since(ctx context.Context, r contract.FaxOverviewRequest) *gorm.DB {
	return s.db.WithContext(ctx).Table("fax.faxes").
		Where("environment_id IN ? AND account_id = ? AND created_at >= ?", r.EnvironmentIDs, r.AccountID, r.Since).
		Where("status NOT IN ('accepting', 'abandoned')")
}

func (s Store) counts(ctx context.Context, r contract.FaxOverviewRequest) ([]contract.FaxCount, error) {
	counts := []contract.FaxCount{}
	err := s.since(ctx, r).Select("environment_type, status, count(*) AS count").
		Group("environment_type, status").Order("environment_type, status").Scan(&counts).Error
	if err != nil {
		return nil, fmt.Errorf("count faxes: %w", err)
	}
	return counts, nil
}

// failed are the newest faxes that failed, without their attempts.
func (s Store) failed(ctx context.Context, r contract.FaxOverviewRequest, limit int) ([]contract.FoundFax, error) {
	var rows []faxRow
	err := s.since(ctx, r).Where("status = 'failed'").Order("created_at DESC, id DESC").Limit(limit).Scan(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("read failed faxes: %w", err)
	}
	found := make([]contract.FoundFax, 0, len(rows))
	for _, row := range rows {
		fax, err := row.fax(nil)
		if err != nil {
			return nil, err
		}
		found = append(found, contract.FoundFax{Tenant: row.tenant(), Fax: fax})
	}
	return found, nil
}
