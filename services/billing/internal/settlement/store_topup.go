package settlement

import (
	"context"
	"fmt"

	"gorm.io/gorm"

	"github.com/mintfax/mintfax/services/billing/internal/stripe"
)

const (
	statePending = "pending"
	kindAuto     = "auto"
)

// topUp is our row.
type topUp struct {
	ID                    string
	AccountID             string
	PackageID             string
	Amount                int64
	Credits               int64
	Currency              string
	Livemode              bool
	State                 string
	Kind                  string
	DeclineCode           string
	StripeCustomerID      string
	StripePaymentIntentID string
}

func (t topUp) order() order {
	return order{
		TopUpID: t.ID, AccountID: t.AccountID, PackageID: t.PackageID,
		Amount: t.Amount, Credits: t.Credits, Currency: t.Currency, Livemode: t.Livemode,
	}
}

const selectTopUp = `
	SELECT id, account_id, package_id, amount, credits, currency, livemode, state, kind, coalesce(decline_code, '') AS decline_code,
		stripe_customer_id, coalesce(stripe_payment_intent_id, '') AS stripe_payment_intent_id
	FROM billing.top_ups WHERE id = ?`

// findTopUp reads a top-up; found is false when there is none.
func (s Store) findTopUp(ctx context.Context, id string) (row topUp, found bool, err error) {
	done := s.db.WithContext(ctx).Raw(selectTopUp, id).Scan(&row)
	if done.Error != nil {
		return topUp{}, false, fmt.Errorf("read the top-up: %w", done.Error)
	}
	return row, done.RowsAffected == 1, nil
}

func lockTopUp(ctx context.Context, tx *gorm.DB, id string) (topUp, error) {
	var row topUp
	done := tx.WithContext(ctx).Raw(selectTopUp+` FOR UPDATE`, id).Scan(&row)
	return row, exactlyOne("lock the top-up", done)
}

func completeTopUp(ctx context.Context, tx *gorm.DB, id, intentID string) error {
	done := tx.WithContext(ctx).Exec(`
		UPDATE billing.top_ups SET state = 'succeeded', stripe_payment_intent_id = ?, decline_code = NULL, settled_at = now()
		WHERE id = ? AND state <> 'succeeded'`, intentID, id)
	return exactlyOne("complete the top-up", done)
}

// endTopUp ends a top-up without money.
func endTopUp(ctx context.Context, tx *gorm.DB, id string, how verdict, intent stripe.PaymentIntent) error {
	code := intent.DeclineCode
	if code == "" {
		code = intent.Status
	}
	done := tx.WithContext(ctx).Exec(`
		UPDATE billing.top_ups SET state = ?, stripe_payment_intent_id = nullif(?, ''), decline_code = ?, settled_at = now()
		WHERE id = ? AND state = 'pending'`, string(how), intent.ID, code, id)
	return exactlyOne("end the top-up", done)
}
