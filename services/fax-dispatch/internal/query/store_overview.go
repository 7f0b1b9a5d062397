package query

import (
	"context"
	"fmt"
	"strings"
	"time"

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

// counts adds up the tallies of whole hours, and counts by index alone those that have ended of the hour in which the time
// lies, and all that have not. What kind an environment is, any fax of it tells.
func (s Store) counts(ctx context.Context, r contract.FaxOverviewRequest) ([]contract.FaxCount, error) {
	counts := []contract.FaxCount{}
	err := s.db.WithContext(ctx).Raw(`
		WITH asked AS MATERIALIZED (
			SELECT fax.environment_id AS id, fax.environment_type AS type
			FROM unnest(string_to_array(@environments, ',')) AS named (id) CROSS JOIN LATERAL (
				SELECT * FROM fax.faxes f WHERE f.environment_id = named.id AND f.status NOT IN ('accepting', 'abandoned')
				ORDER BY f.status, f.created_at DESC LIMIT 1) fax
			WHERE fax.account_id = @account
		), counted AS (
			SELECT asked.type, tally.status, tally.faxes FROM asked CROSS JOIN LATERAL (
				SELECT t.status, sum(t.faxes) AS faxes FROM fax.tallies t
				WHERE t.environment_id = asked.id AND t.hour >= @hour GROUP BY t.status) tally
			UNION ALL
			SELECT asked.type, began.status, began.faxes FROM asked CROSS JOIN LATERAL (
				SELECT f.status, count(*) AS faxes FROM fax.faxes f
				WHERE f.environment_id = asked.id AND f.status IN ('delivered', 'failed', 'canceled') AND f.created_at >= @since AND f.created_at < @hour
				GROUP BY f.status) began
			UNION ALL
			SELECT asked.type, open.status, open.faxes FROM asked CROSS JOIN LATERAL (
				SELECT f.status, count(*) AS faxes FROM fax.faxes f
				WHERE f.environment_id = asked.id AND f.status IN ('queued', 'submitted', 'in_progress') AND f.created_at >= @since
				GROUP BY f.status) open
		)
		SELECT type AS environment_type, status, sum(faxes)::bigint AS count FROM counted
		GROUP BY type, status ORDER BY type, status`, map[string]any{
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
