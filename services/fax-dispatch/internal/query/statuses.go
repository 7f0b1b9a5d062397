package query

import (
	"context"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/fax"
	"github.com/mintfax/mintfax/shared/contract"
)

// Fates answers contract.GetFates, from one look at the database.
//
// That a fax is unknown is final for who asks after its hold was placed: a submission is committed
// before it asks for its hold, and is removed only when nothing can accept it any more.
func (s *Service) Fates(ctx context.Context, r contract.GetFatesRequest) (contract.Fates, error) {
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

// fate of a fax by its status, which is empty when there is none.
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
