package purchase

import (
	"context"
	"errors"
	"time"

	"github.com/mintfax/mintfax/services/billing/internal/stripe"
	"github.com/mintfax/mintfax/shared/apierror"
)

// claimLimit is longer than the calls to Stripe last; after it, a claim was left by a crash.
const (
	claimLimit = 25 * time.Second
	claimPoll  = 100 * time.Millisecond
)

// ensureCustomer returns the one Stripe customer of an account. Of several first requests at once, one
// claims the account and asks Stripe; the others wait for its answer. A second customer would take
// cards that the first one's charges never find.
func (s *Checkouts) ensureCustomer(ctx context.Context, customer stripe.Customer) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, claimLimit)
	defer cancel()
	for {
		id, err := s.store.customer(ctx, customer.AccountID)
		if err != nil || id != "" {
			return id, err
		}
		claim, claimed, err := s.store.claimCustomer(ctx, customer, claimLimit)
		if err != nil {
			return "", err
		}
		if claimed {
			return s.makeCustomer(ctx, claim)
		}
		select {
		case <-ctx.Done():
			return "", apierror.Wrap(apierror.ServiceUnavailable, errors.New("another request is still making the Stripe customer"))
		case <-time.After(claimPoll):
		}
	}
}

// makeCustomer asks Stripe as the claim was written down. When it was asked before, and what became of
// that is not known, it looks for the customer first.
func (s *Checkouts) makeCustomer(ctx context.Context, claim customerClaim) (string, error) {
	if claim.AskedBefore {
		id, err := s.stripe.FindCustomer(ctx, claim.AccountID, claim.Email)
		if err != nil {
			return "", errors.Join(err, s.store.unclaimCustomer(context.WithoutCancel(ctx), claim.AccountID, unknown))
		}
		if id != "" {
			return id, s.store.keepCustomer(ctx, claim.AccountID, id)
		}
	}
	id, err := s.stripe.CreateCustomer(ctx, claim.IdempotencyKey, stripe.Customer{
		AccountID: claim.AccountID, Name: claim.Name, Email: claim.Email,
	})
	if err != nil {
		return "", errors.Join(err, s.store.unclaimCustomer(context.WithoutCancel(ctx), claim.AccountID, endOf(err)))
	}
	return id, s.store.keepCustomer(ctx, claim.AccountID, id)
}

// end is what is known of a request for a customer that did not succeed.
type end int

const (
	unknown  end = iota // it may still succeed, and can be repeated
	faulted             // it may have succeeded, and its key is of no more use
	declined            // nothing was made
)

func endOf(err error) end {
	switch {
	case errors.Is(err, stripe.ErrRefused):
		return declined
	case errors.Is(err, stripe.ErrFault):
		return faulted
	default:
		return unknown
	}
}
