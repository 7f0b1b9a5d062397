package query

import (
	"context"
	_ "embed"
	"fmt"
	"strings"
	"time"

	"github.com/mintfax/mintfax/shared/contract"
)

//go:embed overview.sql
var countsSQL string

// tenant returns the environment that sent a fax of an account.
func (s Store) tenant(ctx context.Context, accountID, id string) (contract.Tenant, bool, error) {
	var rows []contract.Tenant
	err := s.db.WithContext(ctx).Raw(`
		SELECT account_id, environment_id, environment_type FROM fax.faxes WHERE id = ? AND account_id = ?`, id, accountID).Scan(&rows).Error
	if err != nil || len(rows) == 0 {
		return contract.Tenant{}, false, err
	}
	return rows[0], true, nil
}

// counts adds the tallies of whole hours to what it counts from indexes alone: the faxes of the first, partial hour that have
// ended, and all that have not. The type of an environment is read from any of its faxes.
func (s Store) counts(ctx context.Context, r contract.FaxOverviewRequest) ([]contract.FaxCount, error) {
	counts := []contract.FaxCount{}
	err := s.db.WithContext(ctx).Raw(countsSQL, map[string]any{
		"environments": strings.Join(r.EnvironmentIDs, ","), "account": r.AccountID, "since": r.Since, "hour": nextHour(r.Since),
	}).Scan(&counts).Error
	if err != nil {
		return nil, fmt.Errorf("count faxes: %w", err)
	}
	return counts, nil
}

// nextHour is the first whole hour that does not begin before t.
func nextHour(t time.Time) time.Time {
	hour := t.UTC().Truncate(time.Hour)
	if hour.Before(t) {
		hour = hour.Add(time.Hour)
	}
	return hour
}

// failed are the newest faxes that failed, without their attempts.
func (s Store) failed(ctx context.Context, r contract.FaxOverviewRequest, limit int) ([]contract.FoundFax, error) {
	var rows []faxRow
	err := s.db.WithContext(ctx).Raw(`
		SELECT f.* FROM unnest(string_to_array(?, ',')) AS asked (id) CROSS JOIN LATERAL (
			SELECT * FROM fax.faxes l WHERE l.environment_id = asked.id AND l.account_id = ? AND l.status = 'failed' AND l.created_at >= ?
			ORDER BY l.created_at DESC, l.id DESC LIMIT ?) f
		ORDER BY f.created_at DESC, f.id DESC LIMIT ?`,
		strings.Join(r.EnvironmentIDs, ","), r.AccountID, r.Since, limit, limit).Scan(&rows).Error
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
