package checkout

import (
	"context"
	"errors"
	"time"

	"github.com/mintfax/mintfax/services/billing/internal/stripeapi"
	"github.com/mintfax/mintfax/shared/apierror"
)

// claimLimit is longer than a call to Stripe lasts; after it, a claim was left by a crash.
const (
	claimLimit = 15 * time.Second
	claimPoll  = 100 * time.Millisecond
)

// ensureCustomer returns the one Stripe customer of an account. Of several first requests at once, one
// claims the account and asks Stripe; the others wait for its answer. A second customer would take
// cards that the first one's charges never find.
func (s *Service) ensureCustomer(ctx context.Context, customer stripeapi.Customer) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, claimLimit)
	defer cancel()
	for {
		id, err := s.store.customer(ctx, customer.AccountID)
		if err != nil || id != "" {
			return id, err
		}
		claimed, err := s.store.claimCustomer(ctx, customer.AccountID, claimLimit)
		if err != nil {
			return "", err
		}
		if claimed {
			return s.createCustomer(ctx, customer)
		}
		select {
		case <-ctx.Done():
			return "", apierror.Wrap(apierror.ServiceUnavailable, errors.New("another request is still making the Stripe customer"))
		case <-time.After(claimPoll):
		}
	}
}

func (s *Service) createCustomer(ctx context.Context, customer stripeapi.Customer) (string, error) {
	id, err := s.stripe.CreateCustomer(ctx, customer)
	if err != nil {
		return "", errors.Join(err, s.store.unclaimCustomer(context.WithoutCancel(ctx), customer.AccountID))
	}
	return id, s.store.keepCustomer(ctx, customer.AccountID, id)
}
