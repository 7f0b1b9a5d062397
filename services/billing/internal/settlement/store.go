package settlement

import (
	"context"
	"fmt"
	"time"

	"gorm.io/gorm"

	"github.com/mintfax/mintfax/services/billing/internal/stripe"
)

const stateOpen = "open"

// Store reads and writes checkouts, top-ups, payments and activated_at in the database.
type Store struct {
	db *gorm.DB
}

// NewStore returns a store on billing's database.
func NewStore(db *gorm.DB) Store { return Store{db: db} }

// checkout is our row with the Stripe customer of its account. A setup has no package, amount, credits or currency.
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

// findCheckout reads a checkout by its Stripe session id; found is false when we opened no such session.
func (s Store) findCheckout(ctx context.Context, sessionID string) (row checkout, found bool, err error) {
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

// lockAccount serialises the first payments of an account, so that exactly one of them activates it.
func lockAccount(ctx context.Context, tx *gorm.DB, accountID string) (activated bool, err error) {
	done := tx.WithContext(ctx).Raw(
		`SELECT activated_at IS NOT NULL FROM auth.accounts WHERE id = ? FOR NO KEY UPDATE`, accountID).Scan(&activated)
	return activated, exactlyOne("lock the account", done)
}

// order is what a payment pays for: a checkout or a top-up, with the terms recorded before Stripe was asked.
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

// receipt identifies the paid order at Stripe.
type receipt struct {
	intentID string
	url      string
}

// payment is the row to write: our own terms and Stripe's identifiers.
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

// completeWithCard saves the card of a session, if it has one, and completes the checkout. For a setup this is all
// that happens: no money moves and nothing is activated.
func completeWithCard(ctx context.Context, tx *gorm.DB, row checkout, card *stripe.Card) error {
	if card != nil {
		if err := saveCard(ctx, tx, row.AccountID, *card); err != nil {
			return err
		}
	}
	return completeCheckout(ctx, tx, row.ID)
}

// saveCard replaces the account's saved card and queues the previous one for detachment at Stripe.
func saveCard(ctx context.Context, tx *gorm.DB, accountID string, card stripe.Card) error {
	err := tx.WithContext(ctx).Exec(`
		INSERT INTO billing.detachments (payment_method_id, account_id)
		SELECT payment_method_id, account_id FROM billing.customers
		WHERE account_id = ? AND payment_method_id <> ? FOR UPDATE ON CONFLICT DO NOTHING`, accountID, card.PaymentMethodID).Error
	if err != nil {
		return fmt.Errorf("replace the previous card: %w", err)
	}
	err = tx.WithContext(ctx).Exec(`DELETE FROM billing.detachments WHERE payment_method_id = ?`, card.PaymentMethodID).Error
	if err != nil {
		return fmt.Errorf("cancel the detachment of the card: %w", err)
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

// claimReturn reports whether the success page may ask Stripe about a session: once per interval, across all processes.
func (s Store) claimReturn(ctx context.Context, sessionID string, interval time.Duration) (bool, error) {
	done := s.db.WithContext(ctx).Exec(`
		UPDATE billing.checkouts SET returned_at = now()
		WHERE stripe_session_id = ? AND state = 'open' AND (returned_at IS NULL OR returned_at <= now() - ? * interval '1 second')`,
		sessionID, interval.Seconds())
	if done.Error != nil {
		return false, fmt.Errorf("claim the return: %w", done.Error)
	}
	return done.RowsAffected == 1, nil
}

// noteChecked records that Stripe was asked about an open checkout.
func (s Store) noteChecked(ctx context.Context, sessionID string) error {
	err := s.db.WithContext(ctx).Exec(
		`UPDATE billing.checkouts SET checked_at = now() WHERE stripe_session_id = ? AND state = 'open'`, sessionID).Error
	if err != nil {
		return fmt.Errorf("record the check: %w", err)
	}
	return nil
}

// noteProcessing is noteChecked for a checkout that the bank is still processing. It extends the checkout to 30 days
// after it was opened: the slowest payment methods take two weeks.
func (s Store) noteProcessing(ctx context.Context, sessionID string) error {
	err := s.db.WithContext(ctx).Exec(`
		UPDATE billing.checkouts SET checked_at = now(), expires_at = greatest(expires_at, created_at + interval '30 days')
		WHERE stripe_session_id = ? AND state = 'open'`, sessionID).Error
	if err != nil {
		return fmt.Errorf("record that the bank is processing: %w", err)
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
