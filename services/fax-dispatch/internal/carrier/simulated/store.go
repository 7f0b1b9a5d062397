package simulated

import (
	"context"
	"fmt"
	"time"

	"gorm.io/gorm"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/carrier"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/fax"
)

// Store is the record of calls, in the fax schema.
type Store struct {
	db *gorm.DB
}

// NewStore returns a store on the fax schema.
func NewStore(db *gorm.DB) Store { return Store{db} }

type placedCall struct {
	ErrorCode    string
	ErrorSubcode string
	LeftSeconds  float64 // by the database's clock, which also set the end
}

func (c placedCall) remaining() time.Duration {
	return time.Duration(c.LeftSeconds * float64(time.Second))
}

func (c placedCall) outcome() fax.Outcome {
	return fax.Failed(fax.Code(c.ErrorCode), c.ErrorSubcode) // no code is a delivery
}

func (s Store) place(ctx context.Context, carrierName string, call carrier.Call, planned fax.Outcome, takes time.Duration) error {
	err := s.db.WithContext(ctx).Exec(`
		INSERT INTO fax.loopback_calls (attempt_id, fax_id, carrier, pages, error_code, error_subcode, ends_at)
		VALUES (?, ?, ?, ?, nullif(?, ''), nullif(?, ''), now() + make_interval(secs => ?))
		ON CONFLICT (attempt_id) DO NOTHING`,
		call.AttemptID, call.FaxID, carrierName, call.Pages, string(planned.Code), planned.Subcode, takes.Seconds()).Error
	if err != nil {
		return fmt.Errorf("record a call: %w", err)
	}
	return nil
}

func (s Store) find(ctx context.Context, attemptID string) (placedCall, bool, error) {
	var found []placedCall
	err := s.db.WithContext(ctx).Raw(`
		SELECT coalesce(error_code, '') AS error_code, coalesce(error_subcode, '') AS error_subcode,
			extract(epoch FROM ends_at - now()) AS left_seconds
		FROM fax.loopback_calls WHERE attempt_id = ?`, attemptID).Scan(&found).Error
	if err != nil {
		return placedCall{}, false, fmt.Errorf("read a call: %w", err)
	}
	if len(found) == 0 {
		return placedCall{}, false, nil
	}
	return found[0], true, nil
}
