package topup

import (
	"context"
	"errors"
	"fmt"
	"time"

	"gorm.io/gorm"

	"github.com/mintfax/mintfax/services/billing/internal/stripe"
	"github.com/mintfax/mintfax/shared/apierror"
	"github.com/mintfax/mintfax/shared/contract"
	"github.com/mintfax/mintfax/shared/ids"
	"github.com/mintfax/mintfax/shared/postgres"
)

// Store keeps top-ups in billing's database.
type Store struct {
	db  *gorm.DB
	age time.Duration
}

// NewStore returns a store in which only top-ups older than age are claimed to be settled.
func NewStore(db *gorm.DB, age time.Duration) Store { return Store{db: db, age: age} }

var errNoCard = errors.New("the account has no saved card")

// topUp is a row as it was written before Stripe was asked.
type topUp struct {
	ID               string
	AccountID        string
	PackageID        string
	Amount           int64
	Credits          int64
	Currency         string
	StripeCustomerID string
	PaymentMethodID  string
	IdempotencyKey   string
	State            string
	Kind             string
	CreatedAt        time.Time
	KeyExpired       bool // Stripe may have pruned its idempotency key
	LookupOnly       bool // automatic top-ups are paused or off: the card is no longer charged
}

const kindAuto = "auto"

const columns = `id, account_id, package_id, amount, credits, currency, stripe_customer_id, payment_method_id, idempotency_key,
	state, kind, created_at, created_at < now() - @lifetime * interval '1 second' AS key_expired,
	kind = 'auto' AND NOT EXISTS (SELECT FROM billing.auto_top_ups a
		WHERE a.account_id = top_ups.account_id AND a.enabled AND a.paused_reason IS NULL) AS lookup_only`

// begin writes a top-up by the saved card, or returns the one that the same request began within a day, unless that one
// was declined. Errors: errNoCard, and idempotency_key_reuse when the earlier top-up is of another package.
func (s Store) begin(ctx context.Context, r contract.CreateTopUpRequest, chosen contract.CreditPackage, livemode bool) (t topUp, repeated bool, err error) {
	err = postgres.InTx(ctx, s.db, func(tx *gorm.DB) (err error) {
		customer, card, err := lockCard(ctx, tx, r.AccountID) // serialises the requests of one account
		if err != nil {
			return err
		}
		if t, repeated, err = earlier(ctx, tx, r); err != nil || repeated {
			return err
		}
		if card == "" {
			return errNoCard
		}
		t, err = insert(ctx, tx, chosen, terms{accountID: r.AccountID, customer: customer, card: card, requestKey: r.RequestKey, livemode: livemode})
		return err
	})
	return t, repeated, err
}

// terms are the parties of a top-up and its cause: a request or a message.
type terms struct {
	accountID, customer, card string
	requestKey, cause         string
	livemode                  bool
}

// lockCard locks the customer row of an account and returns its Stripe customer and card. A card that is being removed
// does not count.
func lockCard(ctx context.Context, tx *gorm.DB, accountID string) (customer, card string, err error) {
	var row struct{ Customer, Card string }
	err = tx.WithContext(ctx).Raw(`
		SELECT coalesce(k.stripe_customer_id, '') AS customer, CASE WHEN EXISTS (
			SELECT FROM billing.detachments d WHERE d.payment_method_id = k.payment_method_id
		) THEN '' ELSE coalesce(k.payment_method_id, '') END AS card
		FROM billing.customers k WHERE k.account_id = ? FOR UPDATE OF k`, accountID).Scan(&row).Error
	if err != nil {
		return "", "", fmt.Errorf("read the saved card: %w", err)
	}
	return row.Customer, row.Card, nil
}

// earlier returns the top-up that the same request began within a day.
func earlier(ctx context.Context, tx *gorm.DB, r contract.CreateTopUpRequest) (t topUp, found bool, err error) {
	if r.RequestKey == "" {
		return topUp{}, false, nil
	}
	done := tx.WithContext(ctx).Raw(`
		SELECT `+columns+` FROM billing.top_ups
		WHERE account_id = @account AND request_key = @request AND created_at > now() - interval '24 hours'
		  AND state IN ('pending', 'succeeded')
		ORDER BY created_at DESC LIMIT 1`, map[string]any{
		"account": r.AccountID, "request": r.RequestKey, "lifetime": stripe.KeyLifetime.Seconds(),
	}).Scan(&t)
	if done.Error != nil {
		return topUp{}, false, fmt.Errorf("look up the same request: %w", done.Error)
	}
	if done.RowsAffected == 1 && t.PackageID != r.PackageID {
		return topUp{}, false, apierror.New(apierror.IdempotencyKeyReuse)
	}
	return t, done.RowsAffected == 1, nil
}

func insert(ctx context.Context, tx *gorm.DB, chosen contract.CreditPackage, of terms) (topUp, error) {
	id, kind := ids.New(ids.TopUp), "manual"
	if of.cause != "" {
		kind = kindAuto
	}
	var t topUp
	err := tx.WithContext(ctx).Raw(`
		INSERT INTO billing.top_ups (id, account_id, package_id, amount, credits, currency, livemode, stripe_customer_id,
			payment_method_id, idempotency_key, request_key, kind, cause)
		VALUES (@id, @account, @package, @amount, @credits, @currency, @livemode, @customer, @card, @key, nullif(@request, ''),
			@kind, nullif(@cause, ''))
		RETURNING `+columns, map[string]any{
		"id": id, "account": of.accountID, "package": chosen.ID, "amount": chosen.Price, "credits": chosen.Credits,
		"currency": chosen.Currency, "livemode": of.livemode, "customer": of.customer, "card": of.card,
		"key": "top_up:" + id, "request": of.requestKey, "kind": kind, "cause": of.cause, "lifetime": stripe.KeyLifetime.Seconds(),
	}).Scan(&t).Error
	if err != nil {
		return topUp{}, fmt.Errorf("record the top-up: %w", err)
	}
	return t, nil
}

// claim claims the next pending top-up to settle. It is due again after a tenth of its age.
func (s Store) claim(ctx context.Context) (t topUp, found bool, err error) {
	done := s.db.WithContext(ctx).Raw(`
		UPDATE billing.top_ups SET next_check_at = now() + greatest(@age * interval '1 second', (now() - created_at) / 10)
		WHERE id = (
			SELECT id FROM billing.top_ups
			WHERE state = 'pending' AND next_check_at <= now() AND created_at <= now() - @age * interval '1 second'
			ORDER BY next_check_at LIMIT 1 FOR UPDATE SKIP LOCKED)
		RETURNING `+columns, map[string]any{"age": s.age.Seconds(), "lifetime": stripe.KeyLifetime.Seconds()}).Scan(&t)
	if done.Error != nil {
		return topUp{}, false, fmt.Errorf("claim a top-up: %w", done.Error)
	}
	return t, done.RowsAffected == 1, nil
}
