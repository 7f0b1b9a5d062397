package settlement

import (
	"context"
	"fmt"
	"time"

	"gorm.io/gorm"

	"github.com/mintfax/mintfax/services/billing/internal/stripe"
)

const stateOpen = "open"

// Store keeps checkouts, payments and, for the one transaction, the activation in the database.
type Store struct {
	db *gorm.DB
}

// NewStore returns a store on billing's database.
func NewStore(db *gorm.DB) Store { return Store{db: db} }

// checkout is our row with the Stripe customer of its account. A setup has no package, amount, credits
// or currency.
type checkout struct {
	ID               string
	AccountID        string
	Mode             string
	PackageID        string
	Amount           int64
	Credits          int64
	Currency         string
	Livemode         bool
	State            string
	StripeSessionID  string
	StripeCustomerID string
}

const selectCheckout = `
	SELECT c.id, c.account_id, c.mode, coalesce(c.package_id, '') AS package_id, coalesce(c.amount, 0) AS amount,
		coalesce(c.credits, 0) AS credits, coalesce(c.currency, '') AS currency, c.livemode, c.state,
		c.stripe_session_id, coalesce(k.stripe_customer_id, '') AS stripe_customer_id
	FROM billing.checkouts c LEFT JOIN billing.customers k ON k.account_id = c.account_id
	WHERE c.stripe_session_id = ?`

// find reads a checkout by Stripe's session id; found is false when we opened no such session.
func (s Store) find(ctx context.Context, sessionID string) (row checkout, found bool, err error) {
	done := s.db.WithContext(ctx).Raw(selectCheckout, sessionID).Scan(&row)
	if done.Error != nil {
		return checkout{}, false, fmt.Errorf("read the checkout: %w", done.Error)
	}
	return row, done.RowsAffected == 1, nil
}

func lockCheckout(ctx context.Context, tx *gorm.DB, sessionID string) (checkout, error) {
	var row checkout
	done := tx.WithContext(ctx).Raw(selectCheckout+` FOR UPDATE OF c`, sessionID).Scan(&row)
	return row, exactlyOne("lock the checkout", done)
}

// lockAccount keeps two first payments of one account from both activating it.
func lockAccount(ctx context.Context, tx *gorm.DB, accountID string) (activated bool, err error) {
	done := tx.WithContext(ctx).Raw(
		`SELECT activated_at IS NOT NULL FROM auth.accounts WHERE id = ? FOR NO KEY UPDATE`, accountID).Scan(&activated)
	return activated, exactlyOne("lock the account", done)
}

// order is what a payment is for: a checkout or a top-up, on its terms.
type order struct {
	CheckoutID string
	TopUpID    string
	AccountID  string
	PackageID  string
	Amount     int64
	Credits    int64
	Currency   string
	Livemode   bool
}

func (c checkout) order() order {
	return order{
		CheckoutID: c.ID, AccountID: c.AccountID, PackageID: c.PackageID,
		Amount: c.Amount, Credits: c.Credits, Currency: c.Currency, Livemode: c.Livemode,
	}
}

// receipt is what Stripe adds to an order that is paid.
type receipt struct {
	intentID string
	url      string
}

// payment is the row to write: the terms are our own, and Stripe adds its ids.
type payment struct {
	ID        string
	Activates bool
	order     order
	receipt   receipt
}

func (p payment) insert(ctx context.Context, tx *gorm.DB) error {
	o := p.order
	done := tx.WithContext(ctx).Exec(`
		INSERT INTO billing.payments (id, account_id, checkout_id, top_up_id, stripe_payment_intent_id, package_id, amount,
			credits, currency, livemode, status, activates, receipt_url, created_at)
		VALUES (?, ?, nullif(?, ''), nullif(?, ''), ?, ?, ?, ?, ?, ?, 'succeeded', ?, nullif(?, ''), now())`,
		p.ID, o.AccountID, o.CheckoutID, o.TopUpID, p.receipt.intentID, o.PackageID, o.Amount,
		o.Credits, o.Currency, o.Livemode, p.Activates, p.receipt.url)
	return exactlyOne("record the payment", done)
}

func activateAccount(ctx context.Context, tx *gorm.DB, accountID string) (time.Time, error) {
	var at time.Time
	done := tx.WithContext(ctx).Raw(
		`UPDATE auth.accounts SET activated_at = now() WHERE id = ? AND activated_at IS NULL RETURNING activated_at`, accountID).Scan(&at)
	return at.UTC(), exactlyOne("activate the account", done)
}

// saveCard makes a card the one that is charged. The one before it is to leave Stripe.
func saveCard(ctx context.Context, tx *gorm.DB, accountID string, card stripe.Card) error {
	err := tx.WithContext(ctx).Exec(`
		INSERT INTO billing.detachments (payment_method_id, account_id)
		SELECT payment_method_id, account_id FROM billing.customers
		WHERE account_id = ? AND payment_method_id <> ? FOR UPDATE ON CONFLICT DO NOTHING`, accountID, card.PaymentMethodID).Error
	if err != nil {
		return fmt.Errorf("replace the card before: %w", err)
	}
	err = tx.WithContext(ctx).Exec(`DELETE FROM billing.detachments WHERE payment_method_id = ?`, card.PaymentMethodID).Error
	if err != nil {
		return fmt.Errorf("keep the card: %w", err)
	}
	done := tx.WithContext(ctx).Exec(`
		UPDATE billing.customers SET payment_method_id = ?, card_brand = ?, card_last4 = ?, card_exp_month = ?,
			card_exp_year = ?, updated_at = now()
		WHERE account_id = ?`, card.PaymentMethodID, card.Brand, card.Last4, card.ExpMonth, card.ExpYear, accountID)
	return exactlyOne("save the card", done)
}

func completeCheckout(ctx context.Context, tx *gorm.DB, id string) error {
	done := tx.WithContext(ctx).Exec(
		`UPDATE billing.checkouts SET state = 'complete', completed_at = now() WHERE id = ? AND state = 'open'`, id)
	return exactlyOne("complete the checkout", done)
}

func expireCheckout(ctx context.Context, tx *gorm.DB, id string) error {
	done := tx.WithContext(ctx).Exec(`UPDATE billing.checkouts SET state = 'expired' WHERE id = ? AND state = 'open'`, id)
	return exactlyOne("expire the checkout", done)
}

// claimReturn reports whether Stripe may be asked because somebody came back from its page: once in the pause for a
// session, however many come and whichever process they reach.
func (s Store) claimReturn(ctx context.Context, sessionID string, pause time.Duration) (bool, error) {
	done := s.db.WithContext(ctx).Exec(`
		UPDATE billing.checkouts SET returned_at = now()
		WHERE stripe_session_id = ? AND state = 'open' AND (returned_at IS NULL OR returned_at <= now() - ? * interval '1 second')`,
		sessionID, pause.Seconds())
	if done.Error != nil {
		return false, fmt.Errorf("claim the return: %w", done.Error)
	}
	return done.RowsAffected == 1, nil
}

// noteChecked remembers that Stripe has told how an open checkout stands.
func (s Store) noteChecked(ctx context.Context, sessionID string) error {
	err := s.db.WithContext(ctx).Exec(
		`UPDATE billing.checkouts SET checked_at = now() WHERE stripe_session_id = ? AND state = 'open'`, sessionID).Error
	if err != nil {
		return fmt.Errorf("note the check: %w", err)
	}
	return nil
}

// noteAwaited is noteChecked for a checkout whose person is done. It is looked at until a month after it was
// opened: the slowest methods take two weeks.
func (s Store) noteAwaited(ctx context.Context, sessionID string) error {
	err := s.db.WithContext(ctx).Exec(`
		UPDATE billing.checkouts SET checked_at = now(), expires_at = greatest(expires_at, created_at + interval '30 days')
		WHERE stripe_session_id = ? AND state = 'open'`, sessionID).Error
	if err != nil {
		return fmt.Errorf("note the wait for the bank: %w", err)
	}
	return nil
}

func exactlyOne(action string, done *gorm.DB) error {
	if done.Error != nil {
		return fmt.Errorf("%s: %w", action, done.Error)
	}
	if done.RowsAffected != 1 {
		return fmt.Errorf("%s: %d rows instead of one", action, done.RowsAffected)
	}
	return nil
}
