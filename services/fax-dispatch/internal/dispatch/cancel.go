package dispatch

import (
	"context"

	"github.com/mintfax/mintfax/shared/apierror"
	"github.com/mintfax/mintfax/shared/contract"
	"github.com/mintfax/mintfax/shared/ids"
)

// Canceler cancels faxes.
type Canceler struct {
	store Store
	get   func(context.Context, contract.GetFaxRequest) (contract.Fax, error)
	wake  func() // tells the relay of the outbox that there is something to send
}

// NewCanceler returns a canceler on the store. The answer is what get says of the fax.
func NewCanceler(store Store, get func(context.Context, contract.GetFaxRequest) (contract.Fax, error), wake func()) *Canceler {
	return &Canceler{store, get, wake}
}

// Cancel answers contract.CancelFax: it ends a fax before its first attempt, or between two. A fax that is canceled
// already stays so. Refusals: not_found; fax_not_cancelable while a carrier has the call, and after the end.
func (c *Canceler) Cancel(ctx context.Context, r contract.GetFaxRequest) (contract.Fax, error) {
	if !ids.Valid(ids.Fax, r.ID) {
		return contract.Fax{}, apierror.New(apierror.NotFound)
	}
	canceled, err := c.store.cancel(ctx, r)
	if err != nil {
		return contract.Fax{}, err
	}
	if canceled {
		c.wake()
	}
	fax, err := c.get(ctx, r)
	if err == nil && fax.Status != contract.FaxStatusCanceled {
		err = apierror.New(apierror.FaxNotCancelable).With("status", string(fax.Status))
	}
	if err != nil {
		return contract.Fax{}, err
	}
	return fax, nil
}
