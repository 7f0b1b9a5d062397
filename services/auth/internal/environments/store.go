package environments

import (
	"fmt"

	"gorm.io/gorm"

	"github.com/mintfax/mintfax/shared/apierror"
	"github.com/mintfax/mintfax/shared/contract"
	"github.com/mintfax/mintfax/shared/ids"
	"github.com/mintfax/mintfax/shared/postgres"
)

const columns = `id, name, type, account_id, created_at`

// store reads and writes environments. Another account's environment is not found.
type store struct {
	tx *gorm.DB
}

func (s store) list(accountID string, after postgres.Cursor, limit int) ([]contract.Environment, error) {
	query := s.tx.Table("auth.environments").Select(columns).Where("account_id = ?", accountID)
	if !after.IsZero() {
		query = query.Where("(created_at, id) < (?, ?)", after.At, after.ID)
	}
	found := []contract.Environment{}
	err := query.Order("created_at DESC, id DESC").Limit(limit).Scan(&found).Error
	return found, err
}

func (s store) create(r contract.CreateEnvironmentRequest) (contract.Environment, error) {
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
	return s.one(`INSERT INTO auth.environments (id, account_id, name, type) VALUES (?, ?, ?, ?) RETURNING `+columns,
		ids.New(ids.Environment), r.AccountID, r.Name, r.Type)
}

func (s store) get(accountID, id string) (contract.Environment, error) {
	return s.one(`SELECT `+columns+` FROM auth.environments WHERE id = ? AND account_id = ?`, id, accountID)
}

func (s store) rename(r contract.RenameEnvironmentRequest) (contract.Environment, error) {
	return s.one(`UPDATE auth.environments SET name = ?, updated_at = now() WHERE id = ? AND account_id = ? RETURNING `+columns,
		r.Name, r.ID, r.AccountID)
}

func (s store) one(query string, args ...any) (contract.Environment, error) {
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
