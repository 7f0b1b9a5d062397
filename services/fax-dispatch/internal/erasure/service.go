package erasure

import (
	"context"
	"errors"

	"github.com/mintfax/mintfax/shared/apierror"
	"github.com/mintfax/mintfax/shared/contract"
	"github.com/mintfax/mintfax/shared/documents"
	"github.com/mintfax/mintfax/shared/ids"
)

// defaultDays is how long a fax is kept after its end unless its account has set otherwise.
const defaultDays = 30

// Service erases faxes and knows what accounts have set about that.
type Service struct {
	store     Store
	documents *documents.Store
}

// New returns a service on the store and the documents.
func New(store Store, storage *documents.Store) *Service { return &Service{store, storage} }

// Delete answers contract.DeleteFax. A fax that is erased already stays so. Refusals: not_found; fax_not_terminal.
func (s *Service) Delete(ctx context.Context, r contract.GetFaxRequest) (contract.None, error) {
	if !ids.Valid(ids.Fax, r.ID) {
		return contract.None{}, apierror.New(apierror.NotFound)
	}
	status, found, err := s.store.erase(ctx, r)
	switch {
	case err != nil:
		return contract.None{}, err
	case !found:
		return contract.None{}, apierror.New(apierror.NotFound)
	case !status.Terminal():
		return contract.None{}, apierror.New(apierror.FaxNotTerminal).With("status", string(status))
	}
	return contract.None{}, s.Sweep(ctx)
}

// Pages answers contract.GetFaxPages. Refusals: not_found; document_gone once the fax is erased.
func (s *Service) Pages(ctx context.Context, r contract.GetFaxRequest) (contract.FaxPages, error) {
	if !ids.Valid(ids.Fax, r.ID) {
		return contract.FaxPages{}, apierror.New(apierror.NotFound)
	}
	pages, found, err := s.store.pages(ctx, r)
	switch {
	case err != nil:
		return contract.FaxPages{}, err
	case !found:
		return contract.FaxPages{}, apierror.New(apierror.NotFound)
	case pages.Document.WrappedKey == nil:
		return contract.FaxPages{}, apierror.New(apierror.DocumentGone)
	}
	return pages, nil
}

// Settings answers contract.GetFaxSettings.
func (s *Service) Settings(ctx context.Context, r contract.GetAccountRequest) (contract.FaxSettings, error) {
	return s.store.settings(ctx, r.AccountID)
}

// Set answers contract.SetFaxSettings. It counts for faxes that end later, retention for all. Refusals:
// validation_failed.
func (s *Service) Set(ctx context.Context, r contract.SetFaxSettingsRequest) (contract.FaxSettings, error) {
	if err := r.Check(); err != nil {
		return contract.FaxSettings{}, err
	}
	return s.store.set(ctx, r)
}

const sweepBatch = 200

// Retain erases faxes whose time is over.
func (s *Service) Retain(ctx context.Context) error {
	for {
		erased, err := s.store.eraseOld(ctx, sweepBatch)
		if err != nil || erased < sweepBatch {
			return errors.Join(err, s.Sweep(ctx))
		}
	}
}

// Sweep deletes documents whose keys are forgotten from the storage.
func (s *Service) Sweep(ctx context.Context) error {
	for {
		keyless, err := s.store.keyless(ctx, sweepBatch)
		if err != nil {
			return err
		}
		for _, id := range keyless {
			if err := s.documents.Delete(ctx, id); err != nil {
				return err
			}
		}
		if err := s.store.forget(ctx, keyless); err != nil || len(keyless) < sweepBatch {
			return err
		}
	}
}
