package purchase

import (
	"context"
	"errors"
	"time"

	"github.com/mintfax/mintfax/services/billing/internal/stripe"
	"github.com/mintfax/mintfax/shared/apierror"
)

// claimTimeout exceeds the duration of the calls to Stripe; a claim older than that was left by a crash.
const (
	claimTimeout = 25 * time.Second
	claimPoll    = 100 * time.Millisecond
)

// ensureCustomer returns the one Stripe customer of an account. Of concurrent first requests, one claims the account and
// asks Stripe; the others wait for its result. A second customer would hold cards that charges to the first cannot use.
func (s *Checkouts) ensureCustomer(ctx context.Context, customer stripe.Customer) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, claimTimeout)
	defer cancel()
	for {
		id, err := s.store.customer(ctx, customer.AccountID)
		if err != nil || id != "" {
			return id, err
		}
		claim, claimed, err := s.store.claimCustomer(ctx, customer, claimTimeout)
		if err != nil {
			return "", err
		}
		if claimed {
			return s.createCustomer(ctx, claim)
		}
		select {
		case <-ctx.Done():
			return "", apierror.Wrap(apierror.ServiceUnavailable, errors.New("another request is still creating the Stripe customer"))
		case <-time.After(claimPoll):
		}
	}
}

// createCustomer creates the customer with the parameters of the claim. If an earlier attempt has an unknown result, it
// looks for the customer first.
func (s *Checkouts) createCustomer(ctx context.Context, claim customerClaim) (string, error) {
	if claim.AskedBefore {
		id, err := s.stripe.FindCustomer(ctx, claim.AccountID, claim.Email)
		if err != nil {
			return "", errors.Join(err, s.store.unclaimCustomer(context.WithoutCancel(ctx), claim.AccountID, unknown))
		}
		if id != "" {
			return id, s.store.saveCustomer(ctx, claim.AccountID, id)
		}
	}
	id, err := s.stripe.CreateCustomer(ctx, claim.IdempotencyKey, stripe.Customer{
		AccountID: claim.AccountID, Name: claim.Name, Email: claim.Email,
	})
	if err != nil {
		return "", errors.Join(err, s.store.unclaimCustomer(context.WithoutCancel(ctx), claim.AccountID, failureOf(err)))
	}
	return id, s.store.saveCustomer(ctx, claim.AccountID, id)
}

// failure is what is known of a failed request for a customer.
type failure int

const (
	unknown failure = iota // it may still succeed, and can be repeated
	faulted                // it may have succeeded, and its key cannot be used again
	refused                // no customer was created
)

func failureOf(err error) failure {
	switch {
	case errors.Is(err, stripe.ErrRefused):
		return refused
	case errors.Is(err, stripe.ErrFault):
		return faulted
	default:
		return unknown
	}
}
