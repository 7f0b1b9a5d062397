package dispatch

import (
	"context"
	"time"

	"gorm.io/gorm"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/fax"
	"github.com/mintfax/mintfax/shared/contract"
	"github.com/mintfax/mintfax/shared/outbox"
	"github.com/mintfax/mintfax/shared/postgres"
)

// cancel ends a fax that waits for an attempt, announces it, and reports whether it did.
func (s Store) cancel(ctx context.Context, r contract.GetFaxRequest) (bool, error) {
	var rows []struct {
		Pages         int
		AttemptsMade  int
		ZeroFootprint bool
		ToNumber      string
	}
	step := fax.Cancel()
	err := postgres.InTx(ctx, s.db, func(tx *gorm.DB) error {
		if err := lockNumber(tx, r.ID); err != nil {
			return err
		}
		err := tx.Raw(`
			UPDATE fax.faxes SET status = ?, completed_at = now(), next_attempt_at = NULL, updated_at = now()
			WHERE id = ? AND account_id = ? AND environment_id = ? AND status IN ?
			RETURNING pages, attempts_made, zero_footprint, to_number`,
			step.To, r.ID, r.Tenant.AccountID, r.Tenant.EnvironmentID, step.From).Scan(&rows).Error
		if err != nil || len(rows) == 0 {
			return wrap("cancel a fax", err)
		}
		if r.Tenant.EnvironmentType == contract.Live {
			if err := dispatchNext(ctx, tx, rows[0].ToNumber); err != nil {
				return err
			}
		}
		if rows[0].ZeroFootprint {
			if err := tx.Exec(`SELECT fax.erase(?)`, r.ID).Error; err != nil {
				return wrap("erase a canceled fax", err)
			}
		}
		return outbox.Add(ctx, tx, "fax", outbox.Event(contract.FaxCanceled, contract.FaxEvent{
			Tenant: r.Tenant, FaxID: r.ID, Status: step.To, AttemptNumber: rows[0].AttemptsMade, Pages: rows[0].Pages,
			OccurredAt: time.Now().UTC(),
		}))
	})
	return err == nil && len(rows) == 1, err
}
