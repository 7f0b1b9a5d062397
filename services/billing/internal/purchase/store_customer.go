package purchase

import (
	"context"
	"fmt"
	"time"

	"github.com/mintfax/mintfax/services/billing/internal/stripe"
	"github.com/mintfax/mintfax/shared/ids"
)

// customerClaim is the request for a customer as it was first recorded. Stripe replays its answer only to a request with
// the same parameters.
type customerClaim struct {
	AccountID      string
	IdempotencyKey string
	Name           string
	Email          string
	AskedBefore    bool
}

// customer returns the Stripe customer of an account, or the empty string when it has none.
func (s Store) customer(ctx context.Context, accountID string) (string, error) {
	var id string
	err := s.db.WithContext(ctx).Raw(
		`SELECT coalesce(stripe_customer_id, '') FROM billing.customers WHERE account_id = ?`, accountID).Scan(&id).Error
	if err != nil {
		return "", fmt.Errorf("read the customer: %w", err)
	}
	return id, nil
}

// claimCustomer reports whether the caller is the one to create the customer, and records the parameters. It replaces
// an idempotency key that Stripe may have pruned.
func (s Store) claimCustomer(ctx context.Context, customer stripe.Customer, timeout time.Duration) (claim customerClaim, claimed bool, err error) {
	done := s.db.WithContext(ctx).Raw(`
		INSERT INTO billing.customers AS c (account_id, claimed_until, idempotency_key, requested_name, requested_email, requested_at, asks)
		VALUES (@account, now() + @seconds * interval '1 second', @key, @name, @email, now(), 1)
		ON CONFLICT (account_id) DO UPDATE SET claimed_until = excluded.claimed_until,
			idempotency_key = CASE WHEN c.requested_at > now() - @lifetime * interval '1 second'
				THEN coalesce(c.idempotency_key, excluded.idempotency_key) ELSE excluded.idempotency_key END,
			requested_at = CASE WHEN c.requested_at > now() - @lifetime * interval '1 second' AND c.idempotency_key IS NOT NULL
				THEN c.requested_at ELSE excluded.requested_at END,
			requested_name = coalesce(c.requested_name, excluded.requested_name),
			requested_email = coalesce(c.requested_email, excluded.requested_email),
			asks = c.asks + 1
			WHERE c.stripe_customer_id IS NULL AND (c.claimed_until IS NULL OR c.claimed_until < now())
		RETURNING account_id, idempotency_key, requested_name AS name, requested_email AS email, asks > 1 AS asked_before`,
		map[string]any{
			"account": customer.AccountID, "seconds": timeout.Seconds(), "lifetime": stripe.KeyLifetime.Seconds(),
			"key": "customer:" + customer.AccountID + ":" + ids.Base62(10), "name": customer.Name, "email": customer.Email,
		}).Scan(&claim)
	if done.Error != nil {
		return customerClaim{}, false, fmt.Errorf("claim the customer: %w", done.Error)
	}
	return claim, done.RowsAffected == 1, nil
}

// unclaimCustomer releases the claim for the next request. A refused request is erased, because nothing was created.
// After a fault of Stripe the key cannot be used again, and the next request looks for the customer first.
func (s Store) unclaimCustomer(ctx context.Context, accountID string, how failure) error {
	reset := ``
	switch how {
	case refused:
		reset = `, idempotency_key = NULL, requested_name = NULL, requested_email = NULL, requested_at = NULL, asks = 0`
	case faulted:
		reset = `, idempotency_key = NULL`
	case unknown:
	}
	err := s.db.WithContext(ctx).Exec(
		`UPDATE billing.customers SET claimed_until = NULL`+reset+` WHERE account_id = ? AND stripe_customer_id IS NULL`, accountID).Error
	if err != nil {
		return fmt.Errorf("unclaim the customer: %w", err)
	}
	return nil
}

func (s Store) saveCustomer(ctx context.Context, accountID, customerID string) error {
	done := s.db.WithContext(ctx).Exec(`
		UPDATE billing.customers SET stripe_customer_id = ?, claimed_until = NULL, updated_at = now()
		WHERE account_id = ? AND stripe_customer_id IS NULL`, customerID, accountID)
	if done.Error != nil {
		return fmt.Errorf("save the customer: %w", done.Error)
	}
	if done.RowsAffected != 1 {
		return fmt.Errorf("save the customer: the account has one already")
	}
	return nil
}
