package query

import (
	"context"

	"github.com/mintfax/mintfax/shared/apierror"
	"github.com/mintfax/mintfax/shared/contract"
	"github.com/mintfax/mintfax/shared/ids"
)

// Pages serves contract.GetFaxPages. Errors: not_found; document_gone once the fax is erased.
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
