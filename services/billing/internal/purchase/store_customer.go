package purchase

import (
	"context"
	"fmt"
	"time"

	"github.com/mintfax/mintfax/services/billing/internal/stripe"
	"github.com/mintfax/mintfax/shared/ids"
)

// customerClaim is the request for a customer as it was first written down. Stripe gives the first
// answer again only to the same words.
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

// claimCustomer reports whether the caller is the one to make the customer, and writes down how. A key
// that Stripe may have forgotten is replaced.
func (s Store) claimCustomer(ctx context.Context, customer stripe.Customer, limit time.Duration) (claim customerClaim, claimed bool, err error) {
	done := s.db.WithContext(ctx).Raw(`
		INSERT INTO billing.customers AS c (account_id, claimed_until, idempotency_key, requested_name, requested_email, requested_at, asks)
		VALUES (@account, now() + @seconds * interval '1 second', @key, @name, @email, now(), 1)
		ON CONFLICT (account_id) DO UPDATE SET claimed_until = excluded.claimed_until,
			idempotency_key = CASE WHEN c.requested_at > now() - @life * interval '1 second'
				THEN coalesce(c.idempotency_key, excluded.idempotency_key) ELSE excluded.idempotency_key END,
			requested_at = CASE WHEN c.requested_at > now() - @life * interval '1 second' AND c.idempotency_key IS NOT NULL
				THEN c.requested_at ELSE excluded.requested_at END,
			requested_name = coalesce(c.requested_name, excluded.requested_name),
			requested_email = coalesce(c.requested_email, excluded.requested_email),
			asks = c.asks + 1
			WHERE c.stripe_customer_id IS NULL AND (c.claimed_until IS NULL OR c.claimed_until < now())
		RETURNING account_id, idempotency_key, requested_name AS name, requested_email AS email, asks > 1 AS asked_before`,
		map[string]any{
			"account": customer.AccountID, "seconds": limit.Seconds(), "life": stripe.KeyLifetime.Seconds(),
			"key": "customer:" + customer.AccountID + ":" + ids.Base62(10), "name": customer.Name, "email": customer.Email,
		}).Scan(&claim)
	if done.Error != nil {
		return customerClaim{}, false, fmt.Errorf("claim the customer: %w", done.Error)
	}
	return claim, done.RowsAffected == 1, nil
}

// unclaimCustomer lets the next request try. A refusal is forgotten, because nothing was made. After a fault
// of Stripe the key is of no more use, and whether a customer was made is to be looked up.
func (s Store) unclaimCustomer(ctx context.Context, accountID string, how end) error {
	forget := ``
	switch how {
	case declined:
		forget = `, idempotency_key = NULL, requested_name = NULL, requested_email = NULL, requested_at = NULL, asks = 0`
	case faulted:
		forget = `, idempotency_key = NULL`
	case unknown:
	}
	err := s.db.WithContext(ctx).Exec(
		`UPDATE billing.customers SET claimed_until = NULL`+forget+` WHERE account_id = ? AND stripe_customer_id IS NULL`, accountID).Error
	if err != nil {
		return fmt.Errorf("unclaim the customer: %w", err)
	}
	return nil
}

func (s Store) keepCustomer(ctx context.Context, accountID, customerID string) error {
	done := s.db.WithContext(ctx).Exec(`
		UPDATE billing.customers SET stripe_customer_id = ?, claimed_until = NULL, updated_at = now()
		WHERE account_id = ? AND stripe_customer_id IS NULL`, customerID, accountID)
	if done.Error != nil {
		return fmt.Errorf("keep the customer: %w", done.Error)
	}
	if done.RowsAffected != 1 {
		return fmt.Errorf("keep the customer: the account has one already")
	}
	return nil
}
