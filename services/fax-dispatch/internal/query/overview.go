package query

import (
	"context"

	"github.com/mintfax/mintfax/shared/apierror"
	"github.com/mintfax/mintfax/shared/contract"
	"github.com/mintfax/mintfax/shared/ids"
)

// failedShown is how many failed faxes an overview lists.
const failedShown = 5

// Find serves contract.FindFax. Errors: not_found.
func (s *Service) Find(ctx context.Context, r contract.OwnedRequest) (contract.FoundFax, error) {
	if !ids.Valid(ids.Fax, r.ID) {
		return contract.FoundFax{}, apierror.New(apierror.NotFound)
	}
	tenant, found, err := s.store.tenant(ctx, r.AccountID, r.ID)
	if err != nil {
		return contract.FoundFax{}, err
	}
	if !found {
		return contract.FoundFax{}, apierror.New(apierror.NotFound)
	}
	fax, err := s.Get(ctx, contract.GetFaxRequest{Tenant: tenant, ID: r.ID})
	return contract.FoundFax{Tenant: tenant, Fax: fax}, err
}

// Overview serves contract.GetFaxOverview.
func (s *Service) Overview(ctx context.Context, r contract.FaxOverviewRequest) (contract.FaxOverview, error) {
	counts, err := s.store.counts(ctx, r)
	if err != nil {
		return contract.FaxOverview{}, err
	}
	failed, err := s.store.failed(ctx, r, failedShown)
	return contract.FaxOverview{Counts: counts, Failed: failed}, err
}
