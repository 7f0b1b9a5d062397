// Package holds runs the lifecycle of holds: a hold is placed before a fax is accepted, captured when the fax is
// delivered, and released when it fails or is canceled. Holds whose fax was never accepted are voided; holds whose
// outcome was never reported expire.
package holds

import (
	"context"
	"errors"

	"github.com/mintfax/mintfax/shared/contract"
	"github.com/mintfax/mintfax/shared/crashpoint"
	"github.com/mintfax/mintfax/shared/ledger"
	"github.com/mintfax/mintfax/shared/postgres"
)

// Service places, voids and settles holds.
type Service struct {
	db *postgres.DB
}

// New returns a service on the wallet's database.
func New(db *postgres.DB) *Service { return &Service{db: db} }

// Place moves credits from available to held, once for a reference.
func (s *Service) Place(ctx context.Context, r contract.PlaceHoldRequest) (contract.Hold, error) {
	var hold contract.Hold
	err := postgres.InTx(ctx, s.db, func(tx *postgres.DB) (err error) {
		hold, err = ledger.Hold(ctx, tx, r)
		crashpoint.Here(crashpoint.HoldBeforeCommit)
		return err
	})
	crashpoint.Here(crashpoint.HoldCommitted)
	return hold, err
}

// Void ends a hold, or prevents one that has not been placed yet. A hold that was captured or released stays as it is.
func (s *Service) Void(ctx context.Context, r contract.VoidHoldRequest) (contract.None, error) {
	err := postgres.InTx(ctx, s.db, func(tx *postgres.DB) error {
		_, err := ledger.Void(ctx, tx, r)
		crashpoint.Here(crashpoint.VoidBeforeCommit)
		return err
	})
	crashpoint.Here(crashpoint.VoidCommitted)
	var refused *ledger.OutcomeError
	if errors.As(err, &refused) && refused.Outcome == ledger.Conflict {
		return contract.None{}, nil
	}
	return contract.None{}, err
}
