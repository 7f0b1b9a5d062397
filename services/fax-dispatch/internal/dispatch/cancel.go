package dispatch

import (
	"context"

	"github.com/mintfax/mintfax/shared/apierror"
	"github.com/mintfax/mintfax/shared/contract"
	"github.com/mintfax/mintfax/shared/ids"
)

// Canceler cancels faxes at their senders' request.
type Canceler struct {
	store Store
	get   func(context.Context, contract.GetFaxRequest) (contract.Fax, error)
	wake  func() // wakes the relay of the outbox
}

// NewCanceler returns a canceler on the store. Its replies come from get.
func NewCanceler(store Store, get func(context.Context, contract.GetFaxRequest) (contract.Fax, error), wake func()) *Canceler {
	return &Canceler{store, get, wake}
}

// Cancel serves contract.CancelFax: it ends a fax before its first attempt, or between two. It is idempotent. Errors:
// not_found; fax_not_cancelable during an attempt and after the end.
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
