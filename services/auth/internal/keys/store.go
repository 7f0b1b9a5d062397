package keys

import (
	"fmt"

	"gorm.io/gorm"

	"github.com/mintfax/mintfax/shared/apierror"
	"github.com/mintfax/mintfax/shared/contract"
	"github.com/mintfax/mintfax/shared/ids"
	"github.com/mintfax/mintfax/shared/listing"
)

const (
	columns = `id, name, kind, environment_id, last4, created_at, last_used_at, expires_at`
	active  = `coalesce(least(revoked_at, expires_at), 'infinity') > now()`
)

// store reads and writes the keys of an account. Another account's key is not_found.
type store struct {
	tx *gorm.DB
}

func (s store) insert(spec Spec, secret string, pepper Pepper) (contract.Key, error) {
	sha := ids.DigestAPIKey(secret)
	var key contract.Key
	err := s.tx.Raw(`
		INSERT INTO auth.keys (id, account_id, kind, environment_id, name, digest, last4)
		VALUES (?, ?, ?, ?, ?, ?, ?) RETURNING `+columns,
		ids.New(ids.Key), spec.AccountID, spec.Kind, spec.EnvironmentID, spec.Name, pepper.Digest(sha[:]), secret[len(secret)-4:]).
		Scan(&key).Error
	return key, err
}

func (s store) list(accountID string, after listing.Cursor, limit int) ([]contract.Key, error) {
	query := s.tx.Table("auth.keys").Select(columns).Where("account_id = ? AND "+active, accountID)
	if !after.IsZero() {
		query = query.Where("(created_at, id) < (?, ?)", after.At, after.ID)
	}
	found := []contract.Key{}
	err := query.Order("created_at DESC, id DESC").Limit(limit).Scan(&found).Error
	return found, err
}

// checkLimit refuses another key when the account has its limit. It locks the account's keys until the transaction
// ends, so that concurrent counts are right.
func (s store) checkLimit(accountID string) error {
	if err := s.tx.Exec(`SELECT pg_advisory_xact_lock(hashtextextended(?, 0))`, "keys:"+accountID).Error; err != nil {
		return err
	}
	var count int
	if err := s.tx.Raw(`SELECT count(*) FROM auth.keys WHERE account_id = ? AND `+active, accountID).Scan(&count).Error; err != nil {
		return err
	}
	if count >= maxActiveKeys {
		return apierror.Field("name", fmt.Sprintf("An account has at most %d keys. Revoke one first.", maxActiveKeys))
	}
	return nil
}

// environmentKind returns the kind of an environment's keys.
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
	done := s.tx.Exec(`UPDATE auth.keys SET revoked_at = now() WHERE id = ? AND account_id = ? AND `+active, id, accountID)
	if done.Error != nil {
		return fmt.Errorf("revoke a key: %w", done.Error)
	}
	if done.RowsAffected == 0 {
		return apierror.New(apierror.NotFound)
	}
	return nil
}

// expire ends a key after the overlap, by the database's clock, or revokes it at once if there is none.
func (s store) expire(accountID, id string, overlapSeconds int) (contract.Key, error) {
	var old contract.Key
	done := s.tx.Raw(`
		UPDATE auth.keys SET
			expires_at = least(expires_at, now() + make_interval(secs => @overlap)),
			revoked_at = CASE WHEN @overlap = 0 THEN now() END
		WHERE id = @id AND account_id = @account AND `+active+` RETURNING `+columns,
		map[string]any{"overlap": float64(overlapSeconds), "id": id, "account": accountID}).Scan(&old)
	if done.Error != nil {
		return contract.Key{}, fmt.Errorf("expire a key: %w", done.Error)
	}
	if done.RowsAffected == 0 {
		return contract.Key{}, apierror.New(apierror.NotFound)
	}
	return old, nil
}
