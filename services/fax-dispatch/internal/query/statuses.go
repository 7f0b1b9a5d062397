package query

import (
	"context"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/fax"
	"github.com/mintfax/mintfax/shared/contract"
)

// Statuses answers contract.GetFates, from one read of the database.
//
// To a caller that asks after the hold was placed, an unknown fax is final: a submission is committed before it asks for its
// hold, and is removed only once nothing can accept it any more.
func (s *Service) Statuses(ctx context.Context, r contract.GetFatesRequest) (contract.Fates, error) {
	statuses, err := s.store.statuses(ctx, r.FaxIDs)
	if err != nil {
		return contract.Fates{}, err
	}
	fates := contract.Fates{Data: make(map[string]contract.FaxFate, len(r.FaxIDs))}
	for _, id := range r.FaxIDs {
		fates.Data[id] = fate(statuses[id])
	}
	return fates, nil
}

// fate returns what a status means for the hold of a fax. The status is empty when there is no fax.
func fate(status contract.FaxStatus) contract.FaxFate {
	switch status {
	case "", fax.Abandoned: // nothing can accept an abandoned submission
		return contract.FateUnknown
	case contract.FaxStatusDelivered:
		return contract.FateDelivered
	case contract.FaxStatusFailed, contract.FaxStatusCanceled:
		return contract.FateEnded
	default:
		return contract.FateAlive
	}
}
