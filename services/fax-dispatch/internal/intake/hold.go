package intake

import (
	"context"

	"github.com/mintfax/mintfax/shared/apierror"
	"github.com/mintfax/mintfax/shared/contract"
)

// hold places the hold of a draft.
func (s *Service) hold(ctx context.Context, d draft) error {
	ctx, cancel := context.WithTimeout(ctx, holdLimit)
	defer cancel()
	_, err := s.Wallet.Hold(ctx, d.holdRequest())
	return err
}

// withdraw undoes a submission whose hold was refused or got no answer. A refusal leaves no hold behind, becomes the answer, and
// frees the idempotency key.
func (s *Service) withdraw(ctx context.Context, d draft, cause error) (contract.SubmittedFax, error) {
	if !apierror.Has(cause, apierror.InsufficientBalance) && !apierror.Has(cause, apierror.AccountNotActivated) {
		return s.undo(ctx, d, cause)
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), undoLimit)
	defer cancel()
	if err := s.Store.forgetUnheld(ctx, d.id); err != nil {
		s.Log.WarnContext(ctx, "a refused submission waits for the sweep", "fax_id", d.id, "error", err)
	}
	return contract.SubmittedFax{}, cause
}

func (d draft) holdRequest() contract.PlaceHoldRequest {
	tenant := d.request.Tenant
	return contract.PlaceHoldRequest{
		Reference: d.id, AccountID: tenant.AccountID, EnvironmentID: tenant.EnvironmentID,
		BalanceType: tenant.EnvironmentType, Amount: d.holdAmount(),
	}
}
