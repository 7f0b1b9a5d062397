package intake

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/mintfax/mintfax/shared/contract"
)

const (
	forgetKeysAfter = keyAge + time.Hour
	keyBatch        = 1000
)

// keyedFax is the fax that an idempotency key created, as it was answered.
type keyedFax struct {
	fingerprint []byte
	status      contract.FaxStatus
	fax         contract.FaxSubmission
}

// keyed finds the fax of a key that is still bound to its request.
func (s Store) keyed(ctx context.Context, environmentID, key string) (keyedFax, bool, error) {
	var rows []struct {
		Fingerprint []byte
		Status      contract.FaxStatus
		ID          string
		ToNumber    *string
		ResentFrom  *string
		Pages       int
		HoldAmount  int64
		Tags        string
		CreatedAt   time.Time
	}
	err := s.db.WithContext(ctx).Raw(`
		SELECT k.fingerprint, f.status, f.id, f.to_number, f.pages, f.hold_amount, f.tags, f.created_at, f.resent_from
		FROM fax.idempotency_keys k JOIN fax.faxes f ON f.id = k.fax_id
		WHERE k.environment_id = ? AND k.key = ? AND k.created_at >= now() - make_interval(secs => ?)`,
		environmentID, key, keyAge.Seconds()).Scan(&rows).Error
	if err != nil {
		return keyedFax{}, false, fmt.Errorf("look up an idempotency key: %w", err)
	}
	if len(rows) == 0 {
		return keyedFax{}, false, nil
	}
	row := rows[0]
	known := keyedFax{fingerprint: row.Fingerprint, status: row.Status, fax: contract.FaxSubmission{
		ID: row.ID, Status: contract.FaxStatusQueued, To: row.ToNumber, Pages: row.Pages,
		HoldAmount: row.HoldAmount, CreatedAt: row.CreatedAt.UTC(), ResentFrom: row.ResentFrom,
	}}
	if err := json.Unmarshal([]byte(row.Tags), &known.fax.Tags); err != nil {
		return keyedFax{}, false, fmt.Errorf("read the tags of a fax: %w", err)
	}
	return known, true, nil
}

// ForgetKeys deletes expired idempotency keys in batches.
func (s Store) ForgetKeys(ctx context.Context) error {
	for {
		gone := s.db.WithContext(ctx).Exec(`
			DELETE FROM fax.idempotency_keys WHERE ctid = ANY (ARRAY(
				SELECT ctid FROM fax.idempotency_keys
				WHERE created_at < now() - make_interval(secs => ?) ORDER BY created_at LIMIT ? FOR UPDATE SKIP LOCKED))`,
			forgetKeysAfter.Seconds(), keyBatch)
		if gone.Error != nil {
			return fmt.Errorf("delete old idempotency keys: %w", gone.Error)
		}
		if gone.RowsAffected < keyBatch {
			return nil
		}
	}
}
