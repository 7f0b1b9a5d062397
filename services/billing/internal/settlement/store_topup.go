package settlement

import (
	"context"
	"fmt"

	"gorm.io/gorm"

	"github.com/mintfax/mintfax/services/billing/internal/stripe"
	"github.com/mintfax/mintfax/shared/crashpoint"
	"github.com/mintfax/mintfax/shared/postgres"
)

const (
	statePending = "pending"
	kindAuto     = "auto"
)

// topUp is our row, written before the card was charged.
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

// settleTopUp applies what follows from the charge of a saved card in one transaction. Locks are taken in the order
// top-up, account, pool. An automatic top-up that ends without money pauses the ones after it.
func (s Store) settleTopUp(ctx context.Context, topUpID string, intent stripe.PaymentIntent, livemode bool) (d decision, err error) {
	err = postgres.InTx(ctx, s.db, func(tx *gorm.DB) error {
		row, err := lockTopUp(ctx, tx, topUpID)
		if err != nil {
			return err
		}
		d = decideTopUp(row, intent, livemode)
		switch d.verdict {
		case paid:
			return payTopUp(ctx, tx, row, intent)
		case declined, requiresAction:
			if err := endTopUp(ctx, tx, row.ID, d.verdict, intent); err != nil || row.Kind != kindAuto {
				return err
			}
			return PauseAutoTopUp(ctx, tx, row.AccountID, pauseReason(d.verdict, intent))
		default:
			return nil
		}
	})
	return d, err
}

func payTopUp(ctx context.Context, tx *gorm.DB, row topUp, intent stripe.PaymentIntent) error {
	if err := clearFailures(ctx, tx, row.AccountID); err != nil {
		return err
	}
	if err := recordPurchase(ctx, tx, row.order(), receipt{intent.ID, intent.ReceiptURL}); err != nil {
		return err
	}
	err := completeTopUp(ctx, tx, row.ID, intent.ID)
	crashpoint.Here(crashpoint.ActivationBeforeCommit)
	return err
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

// endTopUp ends a top-up whose card was not charged.
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
