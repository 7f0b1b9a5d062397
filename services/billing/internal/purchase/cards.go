package purchase

import (
	"context"
	"fmt"
	"log/slog"

	"github.com/mintfax/mintfax/services/billing/internal/stripe"
	"github.com/mintfax/mintfax/shared/apierror"
	"github.com/mintfax/mintfax/shared/contract"
)

// Cards shows and removes saved cards.
type Cards struct {
	store  Store
	stripe *stripe.Client
	log    *slog.Logger
}

// NewCards returns a service that removes cards at Stripe and from store.
func NewCards(store Store, client *stripe.Client, log *slog.Logger) *Cards {
	return &Cards{store: store, stripe: client, log: log}
}

// Get returns the saved card of an account, if there is one.
func (s *Cards) Get(ctx context.Context, r contract.GetAccountRequest) (contract.CardOnFile, error) {
	card, err := s.store.card(ctx, r.AccountID)
	if err != nil {
		return contract.CardOnFile{}, fmt.Errorf("read the card on file: %w", err)
	}
	return contract.CardOnFile{Card: card}, nil
}

// Remove removes the saved card of an account, if it has one. The card is not charged from then on, whatever Stripe
// answers. It stays visible until Stripe has detached it: if that fails, Remove returns service_unavailable and Next
// retries.
func (s *Cards) Remove(ctx context.Context, r contract.GetAccountRequest) (contract.None, error) {
	card, err := s.store.beginDetachment(ctx, r.AccountID)
	if err != nil || card == "" {
		return contract.None{}, err
	}
	if err := s.detach(ctx, card); err != nil {
		s.log.WarnContext(ctx, "a card could not be detached; the detachment will be retried", "account_id", r.AccountID, "error", err)
		return contract.None{}, apierror.Wrap(apierror.ServiceUnavailable, err)
	}
	return contract.None{}, nil
}

// Next detaches one removed or replaced card at Stripe and reports whether there was one.
func (s *Cards) Next(ctx context.Context) (bool, error) {
	card, err := s.store.claimDetachment(ctx)
	if err != nil || card == "" {
		return false, err
	}
	if err := s.detach(ctx, card); err != nil {
		return true, fmt.Errorf("detach %s: %w", card, err)
	}
	return true, nil
}

// detach asks Stripe before it clears our row: a card without a row would stay attached at Stripe for ever.
func (s *Cards) detach(ctx context.Context, card string) error {
	if err := s.stripe.DetachCard(ctx, card); err != nil {
		return err
	}
	return s.store.completeDetachment(ctx, card)
}
