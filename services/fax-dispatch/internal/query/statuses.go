package query

import (
	"context"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/fax"
	"github.com/mintfax/mintfax/shared/contract"
)

// Statuses serves contract.GetFaxStatuses, from one read of the database.
//
// For a call after the hold was placed, an unknown fax is final: a submission is committed before it places its hold, and is
// removed only once nothing can accept it.
func (s *Service) Statuses(ctx context.Context, r contract.GetFaxStatusesRequest) (contract.FaxOutcomes, error) {
	statuses, err := s.store.statuses(ctx, r.FaxIDs)
	if err != nil {
		return contract.FaxOutcomes{}, err
	}
	outcomes := contract.FaxOutcomes{Data: make(map[string]contract.FaxOutcome, len(r.FaxIDs))}
	for _, id := range r.FaxIDs {
		outcomes.Data[id] = outcome(statuses[id])
	}
	return outcomes, nil
}

// outcome returns what a status means for the hold of a fax. The status is empty when there is no fax.
func outcome(status contract.FaxStatus) contract.FaxOutcome {
	switch status {
	case "", fax.Abandoned: // nothing can accept an abandoned submission
		return contract.FaxOutcomeUnknown
	case contract.FaxStatusDelivered:
		return contract.FaxOutcomeDelivered
	case contract.FaxStatusFailed, contract.FaxStatusCanceled:
		return contract.FaxOutcomeEnded
	default:
		return contract.FaxOutcomePending
	}
}
