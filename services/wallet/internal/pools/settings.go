package pools

import (
	"context"
	"errors"
	"fmt"

	"github.com/mintfax/mintfax/shared/contract"
	"github.com/mintfax/mintfax/shared/ledger"
	"github.com/mintfax/mintfax/shared/postgres"
)

// GetSettings returns the account's settings about its credits.
func (s *Service) GetSettings(ctx context.Context, r contract.GetAccountRequest) (contract.Settings, error) {
	settings, found, err := s.store.settings(ctx, r.AccountID)
	if err == nil && !found {
		err = errors.New("the account has no live pool")
	}
	if err != nil {
		return contract.Settings{}, fmt.Errorf("read the settings: %w", err)
	}
	return settings, nil
}

// SetLowBalance sets the threshold below which the account is notified about its live pool. If the pool is below the
// new threshold, the notification is queued at once.
func (s *Service) SetLowBalance(ctx context.Context, r contract.SetLowBalanceRequest) (contract.Settings, error) {
	if err := r.Check(); err != nil {
		return contract.Settings{}, err
	}
	err := postgres.InTx(ctx, s.db, func(tx *postgres.DB) error {
		return ledger.SetLowBalance(ctx, tx, r.AccountID, r.Threshold)
	})
	if err != nil {
		return contract.Settings{}, err
	}
	return s.GetSettings(ctx, contract.GetAccountRequest{AccountID: r.AccountID})
}
