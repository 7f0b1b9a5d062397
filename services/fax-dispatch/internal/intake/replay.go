package intake

import (
	"bytes"
	"context"
	"errors"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/fax"
	"github.com/mintfax/mintfax/shared/apierror"
	"github.com/mintfax/mintfax/shared/contract"
)

// replay answers a submission whose idempotency key was used before: with the fax that the same request made, or a refusal.
func (s *Service) replay(ctx context.Context, r contract.SubmitFaxRequest) (contract.SubmittedFax, bool, error) {
	if r.IdempotencyKey == "" || !contract.Printable(r.IdempotencyKey) {
		return contract.SubmittedFax{}, false, nil
	}
	if len(r.Fingerprint) == 0 {
		return contract.SubmittedFax{}, false, errors.New("an idempotency key came without the fingerprint of its request")
	}
	known, found, err := s.Store.keyed(ctx, r.Tenant.EnvironmentID, r.IdempotencyKey)
	if err != nil || !found {
		return contract.SubmittedFax{}, false, err
	}
	if !bytes.Equal(known.fingerprint, r.Fingerprint) {
		return contract.SubmittedFax{}, false, apierror.New(apierror.IdempotencyKeyReuse)
	}
	if known.status == fax.Accepting || known.status == fax.Abandoned {
		return contract.SubmittedFax{}, false, apierror.New(apierror.IdempotencyKeyInProgress)
	}
	return contract.SubmittedFax{Fax: known.fax, Replayed: true}, true, nil
}

// concurrent answers the loser of a race for an idempotency key.
func (s *Service) concurrent(ctx context.Context, r contract.SubmitFaxRequest) (contract.SubmittedFax, error) {
	known, found, err := s.replay(ctx, r)
	if err == nil && !found {
		err = apierror.New(apierror.IdempotencyKeyInProgress) // the winner was just undone: try again
	}
	return known, err
}
