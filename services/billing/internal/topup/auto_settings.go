package topup

import (
	"context"
	"fmt"

	"github.com/mintfax/mintfax/shared/apierror"
	"github.com/mintfax/mintfax/shared/contract"
)

// GetAutoTopUp returns the automatic top-up settings of an account. The default is off.
func (s *Service) GetAutoTopUp(ctx context.Context, r contract.GetAccountRequest) (contract.AutoTopUp, error) {
	found, err := s.store.autoTopUp(ctx, r.AccountID)
	if err != nil {
		return contract.AutoTopUp{}, fmt.Errorf("read the auto top-up: %w", err)
	}
	return found, nil
}

// SetAutoTopUp replaces the automatic top-up settings of an account. Enabling ends a pause, and a pool that is below the
// threshold already is topped up at once.
func (s *Service) SetAutoTopUp(ctx context.Context, r contract.SetAutoTopUpRequest) (contract.AutoTopUp, error) {
	if err := s.checkAutoTopUp(r); err != nil {
		return contract.AutoTopUp{}, err
	}
	saved, err := s.store.setAutoTopUp(ctx, r)
	if err != nil {
		return contract.AutoTopUp{}, fmt.Errorf("set the auto top-up: %w", err)
	}
	if !saved {
		return contract.AutoTopUp{}, apierror.Field("enabled", "Save a card before switching auto top-up on.")
	}
	return s.GetAutoTopUp(ctx, contract.GetAccountRequest{AccountID: r.AccountID})
}

// UncapNext re-enables automatic top-ups of one account that reached its monthly cap in a past month, and reports
// whether there was one.
func (s *Service) UncapNext(ctx context.Context) (bool, error) { return s.store.uncap(ctx) }

func (s *Service) checkAutoTopUp(r contract.SetAutoTopUpRequest) error {
	if err := r.Check(); err != nil {
		return err
	}
	if !r.Enabled {
		return nil
	}
	if r.ThresholdAmount == nil {
		return apierror.Field("threshold_amount", "The threshold_amount must be at least 1 credit.")
	}
	chosen, err := s.catalogue.Choose(r.PackageID)
	if err != nil {
		return err
	}
	if r.MonthlyCap == nil || *r.MonthlyCap < chosen.Price {
		return apierror.Field("monthly_cap", fmt.Sprintf("The monthly_cap must be at least the price of the package, %d cents.", chosen.Price))
	}
	return nil
}
