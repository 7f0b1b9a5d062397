package ledger

import (
	"context"
	"fmt"

	"gorm.io/gorm"

	"github.com/mintfax/mintfax/shared/contract"
	"github.com/mintfax/mintfax/shared/ids"
)

// Reversal is money of a payment that went back to its payer, by a refund or a dispute, or that came
// again, when a refund failed or a dispute was won.
type Reversal struct {
	Kind        contract.TransactionType // refund or dispute
	Reference   string                   // unique for the kind
	PaymentID   string
	Cents       int64 // positive when it went back, negative when it came again
	Description string
}

// Reverse takes the credits that belong to money which went back, or gives them back. In all, as many
// are taken as the share of the payment that is gone, rounded down. What is not available is owed, and the
// next purchase pays it; what is given back pays it, too.
//
// It happens once for its reference. The outcome of the error is Unknown while the payment is not
// recorded, Mismatch, or Exceeds.
func Reverse(ctx context.Context, tx *gorm.DB, r Reversal) (Pool, error) {
	result, err := call(ctx, tx, `SELECT * FROM wallet.reverse_payment(?, ?, ?, ?, ?, ?)`,
		ids.New(ids.Transaction), string(r.Kind), r.Reference, r.PaymentID, r.Cents, r.Description)
	if err != nil {
		return Pool{}, fmt.Errorf("reverse a payment: %w", err)
	}
	return result.pool(), result.expect("reversed", "exists")
}
