package checkout

import (
	"context"
	"fmt"
	"time"

	"gorm.io/gorm"

	"github.com/mintfax/mintfax/services/billing/internal/stripeapi"
	"github.com/mintfax/mintfax/shared/contract"
)

// Store keeps checkouts and customers in billing's database.
type Store struct {
	db *gorm.DB
}

// NewStore returns a store on billing's database.
func NewStore(db *gorm.DB) Store { return Store{db: db} }

// create writes a checkout that has no page yet, with its terms. A setup has none.
func (s Store) create(ctx context.Context, order stripeapi.Order, chosen *contract.CreditPackage, livemode bool) error {
	mode := stripeapi.ModeSetup
	var packageID, currency *string
	var amount, credits *int64
	if chosen != nil {
		mode, packageID, currency, amount, credits = stripeapi.ModePayment, &chosen.ID, &chosen.Currency, &chosen.Price, &chosen.Credits
	}
	err := s.db.WithContext(ctx).Exec(`
		INSERT INTO billing.checkouts (id, account_id, mode, package_id, amount, credits, currency, livemode, state)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'creating')`,
		order.CheckoutID, order.AccountID, mode, packageID, amount, credits, currency, livemode).Error
	if err != nil {
		return fmt.Errorf("record the checkout: %w", err)
	}
	return nil
}

func (s Store) opened(ctx context.Context, id string, session stripeapi.Session) error {
	done := s.db.WithContext(ctx).Exec(`
		UPDATE billing.checkouts SET state = 'open', stripe_session_id = ?, url = ?, expires_at = ?
		WHERE id = ? AND state = 'creating'`, session.ID, session.URL, session.ExpiresAt, id)
	if done.Error != nil {
		return fmt.Errorf("open the checkout: %w", done.Error)
	}
	if done.RowsAffected != 1 {
		return fmt.Errorf("open the checkout: it is no longer being created")
	}
	return nil
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

// claimCustomer reports whether the caller is the one to make the customer.
func (s Store) claimCustomer(ctx context.Context, accountID string, limit time.Duration) (bool, error) {
	done := s.db.WithContext(ctx).Exec(`
		INSERT INTO billing.customers AS c (account_id, claimed_until) VALUES (@account, now() + @seconds * interval '1 second')
		ON CONFLICT (account_id) DO UPDATE SET claimed_until = excluded.claimed_until
			WHERE c.stripe_customer_id IS NULL AND (c.claimed_until IS NULL OR c.claimed_until < now())`,
		map[string]any{"account": accountID, "seconds": limit.Seconds()})
	if done.Error != nil {
		return false, fmt.Errorf("claim the customer: %w", done.Error)
	}
	return done.RowsAffected == 1, nil
}

func (s Store) unclaimCustomer(ctx context.Context, accountID string) error {
	err := s.db.WithContext(ctx).Exec(
		`UPDATE billing.customers SET claimed_until = NULL WHERE account_id = ? AND stripe_customer_id IS NULL`, accountID).Error
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
