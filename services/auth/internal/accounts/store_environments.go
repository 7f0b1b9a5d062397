package accounts

import (
	"fmt"

	"github.com/mintfax/mintfax/shared/apierror"
	"github.com/mintfax/mintfax/shared/contract"
	"github.com/mintfax/mintfax/shared/ids"
	"github.com/mintfax/mintfax/shared/listing"
)

const environmentColumns = `id, name, type, account_id, created_at`

// The queries filter by account, so another account's environment is not_found.

func (s store) listEnvironments(accountID string, after listing.Cursor, limit int) ([]contract.Environment, error) {
	query := s.tx.Table("auth.environments").Select(environmentColumns).Where("account_id = ?", accountID)
	if !after.IsZero() {
		query = query.Where("(created_at, id) < (?, ?)", after.At, after.ID)
	}
	found := []contract.Environment{}
	err := query.Order("created_at DESC, id DESC").Limit(limit).Scan(&found).Error
	return found, err
}

func (s store) createEnvironment(r contract.CreateEnvironmentRequest) (contract.Environment, error) {
	if err := s.tx.Exec(`SELECT pg_advisory_xact_lock(hashtextextended(?, 0))`, "environments:"+r.AccountID).Error; err != nil {
		return contract.Environment{}, err
	}
	var count int
	if err := s.tx.Raw(`SELECT count(*) FROM auth.environments WHERE account_id = ?`, r.AccountID).Scan(&count).Error; err != nil {
		return contract.Environment{}, err
	}
	if count >= maxEnvironments {
		return contract.Environment{}, apierror.Field("name", fmt.Sprintf("An account has at most %d environments.", maxEnvironments))
	}
	return s.oneEnvironment(`INSERT INTO auth.environments (id, account_id, name, type) VALUES (?, ?, ?, ?) RETURNING `+environmentColumns,
		ids.New(ids.Environment), r.AccountID, r.Name, r.Type)
}

func (s store) environment(accountID, id string) (contract.Environment, error) {
	return s.oneEnvironment(`SELECT `+environmentColumns+` FROM auth.environments WHERE id = ? AND account_id = ?`, id, accountID)
}

func (s store) renameEnvironment(r contract.RenameEnvironmentRequest) (contract.Environment, error) {
	return s.oneEnvironment(`UPDATE auth.environments SET name = ?, updated_at = now() WHERE id = ? AND account_id = ? RETURNING `+environmentColumns,
		r.Name, r.ID, r.AccountID)
}

func (s store) oneEnvironment(query string, args ...any) (contract.Environment, error) {
	var found contract.Environment
	done := s.tx.Raw(query, args...).Scan(&found)
	if done.Error != nil {
		return contract.Environment{}, fmt.Errorf("environments: %w", done.Error)
	}
	if done.RowsAffected == 0 {
		return contract.Environment{}, apierror.New(apierror.NotFound)
	}
	return found, nil
}
