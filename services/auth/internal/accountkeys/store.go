package accountkeys

import (
	"fmt"

	"gorm.io/gorm"

	"github.com/mintfax/mintfax/services/auth/internal/check"
	"github.com/mintfax/mintfax/shared/apierror"
	"github.com/mintfax/mintfax/shared/contract"
	"github.com/mintfax/mintfax/shared/ids"
	"github.com/mintfax/mintfax/shared/keys"
	"github.com/mintfax/mintfax/shared/postgres"
)

// NewKey is a key to store. The secret itself is not stored.
type NewKey struct {
	AccountID     string
	Kind          contract.Kind
	EnvironmentID *string
	Name          string
	Secret        string
}

// Insert stores a key in the caller's transaction and returns it with its secret, which is shown now
// and never again.
func Insert(tx *gorm.DB, pepper check.Pepper, k NewKey) (contract.Key, error) {
	sha := keys.Digest(k.Secret)
	var key contract.Key
	err := tx.Raw(`
		INSERT INTO auth.keys (id, account_id, kind, environment_id, name, digest, last4)
		VALUES (?, ?, ?, ?, ?, ?, ?) RETURNING `+columns,
		ids.New(ids.Key), k.AccountID, k.Kind, k.EnvironmentID, k.Name, pepper.Digest(sha[:]), k.Secret[len(k.Secret)-4:]).
		Scan(&key).Error
	key.Secret = k.Secret
	if err != nil {
		return contract.Key{}, fmt.Errorf("store a key: %w", err)
	}
	return key, nil
}

const (
	columns = `id, name, kind, environment_id, last4, created_at, last_used_at, expires_at`
	works   = `coalesce(least(revoked_at, expires_at), 'infinity') > now()`
)

// store manages the keys of an account. Another account's key is not found.
type store struct {
	tx *gorm.DB
}

func (s store) list(accountID string, after postgres.Cursor, limit int) ([]contract.Key, error) {
	query := s.tx.Table("auth.keys").Select(columns).Where("account_id = ? AND "+works, accountID)
	if !after.IsZero() {
		query = query.Where("(created_at, id) < (?, ?)", after.At, after.ID)
	}
	found := []contract.Key{}
	err := query.Order("created_at DESC, id DESC").Limit(limit).Scan(&found).Error
	return found, err
}

// requireRoom also locks the account's keys against a concurrent count.
func (s store) requireRoom(accountID string) error {
	if err := s.tx.Exec(`SELECT pg_advisory_xact_lock(hashtextextended(?, 0))`, "keys:"+accountID).Error; err != nil {
		return err
	}
	var count int
	if err := s.tx.Raw(`SELECT count(*) FROM auth.keys WHERE account_id = ? AND `+works, accountID).Scan(&count).Error; err != nil {
		return err
	}
	if count >= maxKeys {
		return apierror.Field("name", fmt.Sprintf("An account has at most %d keys. Revoke one first.", maxKeys))
	}
	return nil
}

// environmentKind is the kind of the keys of an environment of the account.
func (s store) environmentKind(accountID, environmentID string) (contract.Kind, error) {
	if !ids.Valid(ids.Environment, environmentID) {
		return "", apierror.New(apierror.NotFound)
	}
	var environmentType string
	done := s.tx.Raw(`SELECT type FROM auth.environments WHERE id = ? AND account_id = ?`, environmentID, accountID).Scan(&environmentType)
	if done.Error != nil {
		return "", done.Error
	}
	if done.RowsAffected == 0 {
		return "", apierror.New(apierror.NotFound)
	}
	return contract.EnvironmentType(environmentType).KeyKind(), nil
}

func (s store) revoke(accountID, id string) error {
	done := s.tx.Exec(`UPDATE auth.keys SET revoked_at = now() WHERE id = ? AND account_id = ? AND `+works, id, accountID)
	if done.Error != nil {
		return fmt.Errorf("revoke a key: %w", done.Error)
	}
	if done.RowsAffected == 0 {
		return apierror.New(apierror.NotFound)
	}
	return nil
}

// retire ends a key after the overlap by the database's clock, or for no overlap at once.
func (s store) retire(accountID, id string, overlapSeconds int) (contract.Key, error) {
	var old contract.Key
	done := s.tx.Raw(`
		UPDATE auth.keys SET
			expires_at = least(expires_at, now() + make_interval(secs => @overlap)),
			revoked_at = CASE WHEN @overlap = 0 THEN now() END
		WHERE id = @id AND account_id = @account AND `+works+` RETURNING `+columns,
		map[string]any{"overlap": float64(overlapSeconds), "id": id, "account": accountID}).Scan(&old)
	if done.Error != nil {
		return contract.Key{}, fmt.Errorf("retire a key: %w", done.Error)
	}
	if done.RowsAffected == 0 {
		return contract.Key{}, apierror.New(apierror.NotFound)
	}
	return old, nil
}
