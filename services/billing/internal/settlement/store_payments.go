package settlement

import (
	"context"
	"fmt"
	"time"

	"gorm.io/gorm"

	"github.com/mintfax/mintfax/shared/contract"
	"github.com/mintfax/mintfax/shared/listing"
)

// selectPayment reads the public payment. The stored status stays succeeded; the public one also reflects the refunds
// and disputes that have taken money.
const selectPayment = `
	SELECT p.id, p.amount, p.credits, gone.refunded AS amount_refunded, p.currency, p.package_id, p.receipt_url, p.created_at,
		CASE WHEN gone.disputed THEN 'disputed' WHEN gone.refunded >= p.amount THEN 'refunded'
			WHEN gone.refunded > 0 THEN 'partially_refunded' ELSE p.status END AS status
	FROM billing.payments p CROSS JOIN LATERAL (
		SELECT coalesce(sum(r.amount) FILTER (WHERE r.kind = 'refund'), 0)::bigint AS refunded,
			coalesce(bool_or(r.kind = 'dispute'), false) AS disputed
		FROM billing.reversals r WHERE r.payment_id = p.id AND r.effect = 'taken') gone `

// paymentOfCheckout returns the payment of a checkout, or nil when it has none.
func (s Store) paymentOfCheckout(ctx context.Context, checkoutID string) (*contract.Payment, error) {
	return firstPayment(s.db.WithContext(ctx).Raw(selectPayment+`WHERE p.checkout_id = ?`, checkoutID))
}

// paymentOfTopUp returns the payment of a top-up, or nil when it has none.
func (s Store) paymentOfTopUp(ctx context.Context, topUpID string) (*contract.Payment, error) {
	return firstPayment(s.db.WithContext(ctx).Raw(selectPayment+`WHERE p.top_up_id = ?`, topUpID))
}

func firstPayment(query *gorm.DB) (*contract.Payment, error) {
	rows, err := scanPayments(query)
	if err != nil {
		return nil, fmt.Errorf("read the payment: %w", err)
	}
	if len(rows) == 0 {
		return nil, nil
	}
	return &rows[0], nil
}

func (s Store) paymentPage(ctx context.Context, accountID string, after listing.Cursor, limit int) ([]contract.Payment, error) {
	if after.IsZero() {
		return scanPayments(s.db.WithContext(ctx).Raw(selectPayment+`
			WHERE p.account_id = ? ORDER BY p.created_at DESC, p.id DESC LIMIT ?`, accountID, limit))
	}
	return scanPayments(s.db.WithContext(ctx).Raw(selectPayment+`
		WHERE p.account_id = ? AND (p.created_at, p.id) < (?, ?) ORDER BY p.created_at DESC, p.id DESC LIMIT ?`, accountID, after.At, after.ID, limit))
}

func scanPayments(query *gorm.DB) ([]contract.Payment, error) {
	rows := []contract.Payment{}
	if err := query.Scan(&rows).Error; err != nil {
		return nil, err
	}
	for i := range rows {
		rows[i].CreatedAt = rows[i].CreatedAt.In(time.UTC)
	}
	return rows, nil
}
