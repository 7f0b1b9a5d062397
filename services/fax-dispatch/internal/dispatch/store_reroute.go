package dispatch

import (
	"context"

	"gorm.io/gorm"

	"github.com/mintfax/mintfax/shared/contract"
	"github.com/mintfax/mintfax/shared/outbox"
	"github.com/mintfax/mintfax/shared/postgres"
)

// asItWas matches an attempt only while no other process has continued it: otherwise it may have been placed since.
const asItWas = ` WHERE id = ? AND outcome IS NULL AND carrier = ? AND placed_at IS NOT DISTINCT FROM ?`

// reroute moves an attempt that was not placed to a carrier, which may be its own, and returns it unplaced. It returns false,
// and does nothing, when another process has continued the attempt.
func (s Store) reroute(ctx context.Context, a attempt, to string) (attempt, bool, error) {
	moved := s.db.WithContext(ctx).Exec(`UPDATE fax.attempts SET carrier = ?, placed_at = NULL, carrier_ref = NULL`+asItWas,
		to, a.ID, a.Carrier, a.PlacedAt)
	a.Carrier, a.PlacedAt, a.CarrierRef = to, nil, ""
	return a, moved.RowsAffected == 1, wrap("give an attempt to another carrier", moved.Error)
}

// refuse is reroute for an attempt that its carrier has ended and must not be offered again. It enqueues the work that
// continues it.
func (s Store) refuse(ctx context.Context, a attempt, to string) (mine bool, err error) {
	err = postgres.InTx(ctx, s.db, func(tx *gorm.DB) error {
		moved := tx.Exec(`UPDATE fax.attempts SET carrier = ?, placed_at = NULL, carrier_ref = NULL, refused_by = array_append(refused_by, carrier)`+asItWas,
			to, a.ID, a.Carrier, a.PlacedAt)
		if mine = moved.RowsAffected == 1; moved.Error != nil || !mine {
			return moved.Error
		}
		return outbox.Add(ctx, tx, "fax", outbox.Work(contract.DispatchFax, a.work()))
	})
	return mine && err == nil, wrap("take an attempt from a carrier", err)
}
