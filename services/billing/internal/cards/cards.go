package cards

import (
	"context"
	"fmt"
	"log/slog"

	"github.com/mintfax/mintfax/services/billing/internal/stripe"
	"github.com/mintfax/mintfax/shared/apierror"
	"github.com/mintfax/mintfax/shared/contract"
)

// Service removes cards.
type Service struct {
	store  Store
	stripe *stripe.Client
	log    *slog.Logger
}

// New returns a service that removes cards at Stripe and from store.
func New(store Store, client *stripe.Client, log *slog.Logger) *Service {
	return &Service{store: store, stripe: client, log: log}
}

// Remove takes the saved card of an account away, if it has one. From then on it is not charged, whatever
// Stripe says. The account shows it until Stripe has let go of it: when Stripe does not, Remove fails with
// service_unavailable, and Next goes on with it.
func (s *Service) Remove(ctx context.Context, r contract.GetAccountRequest) (contract.None, error) {
	card, err := s.store.giveUp(ctx, r.AccountID)
	if err != nil || card == "" {
		return contract.None{}, err
	}
	if err := s.detach(ctx, card); err != nil {
		s.log.WarnContext(ctx, "a card could not be detached; it will be tried again", "account_id", r.AccountID, "error", err)
		return contract.None{}, apierror.Wrap(apierror.ServiceUnavailable, err)
	}
	return contract.None{}, nil
}

// Next detaches one card that is still to leave Stripe, and reports whether there was one.
func (s *Service) Next(ctx context.Context) (bool, error) {
	card, err := s.store.claim(ctx)
	if err != nil || card == "" {
		return false, err
	}
	if err := s.detach(ctx, card); err != nil {
		return true, fmt.Errorf("detach %s: %w", card, err)
	}
	return true, nil
}

// detach asks Stripe before our row is emptied: a card that we forgot would stay there for ever.
func (s *Service) detach(ctx context.Context, card string) error {
	if err := s.stripe.DetachCard(ctx, card); err != nil {
		return err
	}
	return s.store.detached(ctx, card)
}
