// Package settings owns what accounts set about their faxes: how long they are kept, the daily spending cap, and the sender
// that cover pages name.
package settings

import (
	"context"

	"github.com/mintfax/mintfax/shared/contract"
)

// defaultRetentionDays is how long a fax is kept after its end unless its account has set otherwise.
const defaultRetentionDays = 30

// Service reads and writes settings.
type Service struct {
	store Store
}

// New returns a service on the store.
func New(store Store) *Service { return &Service{store} }

// Get serves contract.GetFaxSettings.
func (s *Service) Get(ctx context.Context, r contract.GetAccountRequest) (contract.FaxSettings, error) {
	return s.store.get(ctx, r.AccountID)
}

// Set serves contract.SetFaxSettings. Retention applies to all faxes, the rest to those sent later. Errors:
// validation_failed.
func (s *Service) Set(ctx context.Context, r contract.SetFaxSettingsRequest) (contract.FaxSettings, error) {
	if err := r.Check(); err != nil {
		return contract.FaxSettings{}, err
	}
	return s.store.set(ctx, r)
}
