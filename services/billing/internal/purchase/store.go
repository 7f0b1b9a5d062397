package purchase

import (
	"context"
	"fmt"

	"gorm.io/gorm"

	"github.com/mintfax/mintfax/services/billing/internal/stripe"
	"github.com/mintfax/mintfax/shared/contract"
)

// Store keeps checkouts, customers and saved cards in billing's database.
type Store struct {
	db *gorm.DB
}

// NewStore returns a store on billing's database.
func NewStore(db *gorm.DB) Store { return Store{db: db} }

// create writes a checkout that has no page yet, with its terms. A setup has no terms.
func (s Store) create(ctx context.Context, order stripe.Order, chosen *contract.CreditPackage, livemode bool) error {
	mode := stripe.ModeSetup
	var packageID, currency *string
	var amount, credits *int64
	if chosen != nil {
		mode, packageID, currency, amount, credits = stripe.ModePayment, &chosen.ID, &chosen.Currency, &chosen.Price, &chosen.Credits
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

func (s Store) opened(ctx context.Context, id string, session stripe.Session) error {
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
