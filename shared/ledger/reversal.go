package ledger

import (
	"context"
	"fmt"

	"gorm.io/gorm"

	"github.com/mintfax/mintfax/shared/contract"
	"github.com/mintfax/mintfax/shared/ids"
)

// Reversal is money of a payment that went back to its payer, by a refund or a dispute, or that returned to us,
// because a refund failed or a dispute was won.
type Reversal struct {
	Kind        contract.TransactionType // refund or dispute
	Reference   string                   // unique for the kind
	PaymentID   string
	Cents       int64 // positive when it went back, negative when it returned to us
	Description string
}

// Reverse takes the credits for money that went back, or restores them. In total it takes the same share of the
// credits as of the payment went back, rounded down. Credits that are not available are owed; the next purchase
// or restored credits pay them first.
//
// It takes effect once for its reference. The outcome of the error is Unknown while the payment is not
// recorded, Mismatch, or Exceeds.
func Reverse(ctx context.Context, tx *gorm.DB, r Reversal) (Pool, error) {
	result, err := call(ctx, tx, `SELECT * FROM wallet.reverse_payment(?, ?, ?, ?, ?, ?)`,
		ids.New(ids.Transaction), string(r.Kind), r.Reference, r.PaymentID, r.Cents, r.Description)
	if err != nil {
		return Pool{}, fmt.Errorf("reverse a payment: %w", err)
	}
	return result.pool(), result.expect("reversed", "exists")
}
