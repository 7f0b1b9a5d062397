package ledger

import (
	"context"
	"fmt"

	"gorm.io/gorm"

	"github.com/mintfax/mintfax/shared/apierror"
	"github.com/mintfax/mintfax/shared/contract"
	"github.com/mintfax/mintfax/shared/ids"
)

// Pool is the state of a pool after an operation, in credits.
type Pool struct {
	Available int64
	Held      int64
}

// Purchase is a payment to credit. Paid is in cents; Credits beyond it are a promotion.
type Purchase struct {
	PaymentID   string
	AccountID   string
	Paid        int64
	Credits     int64
	Description string
}

// OpenAccount creates both pools of a new account and seeds the sandbox pool.
func OpenAccount(ctx context.Context, tx *gorm.DB, accountID string, sandboxSeed int64) error {
	if err := tx.WithContext(ctx).Exec(`SELECT wallet.open_account(?)`, accountID).Error; err != nil {
		return fmt.Errorf("open the pools: %w", err)
	}
	if sandboxSeed == 0 {
		return nil
	}
	result, err := call(ctx, tx, `SELECT * FROM wallet.seed(?, ?, ?)`, ids.New(ids.Transaction), accountID, sandboxSeed)
	if err != nil {
		return fmt.Errorf("seed the sandbox pool: %w", err)
	}
	return result.expect("seeded", "exists")
}

// RecordPurchase credits the live pool for a payment that is recorded in the same transaction. The credits
// first pay what the account owes.
func RecordPurchase(ctx context.Context, tx *gorm.DB, p Purchase) (Pool, error) {
	result, err := call(ctx, tx, `SELECT * FROM wallet.purchase(?, ?, ?, ?, ?, ?)`,
		ids.New(ids.Transaction), p.PaymentID, p.AccountID, p.Paid, p.Credits, p.Description)
	if err != nil {
		return Pool{}, fmt.Errorf("credit the purchase: %w", err)
	}
	return result.pool(), result.expect("purchased", "exists")
}

// Hold moves credits from available to held. Errors: insufficient_balance and, for the live pool of an
// account that is not activated, account_not_activated. If the hold has already been voided, or its
// reference was used with other fields, Hold returns an OutcomeError.
func Hold(ctx context.Context, tx *gorm.DB, r contract.PlaceHoldRequest) (contract.Hold, error) {
	result, err := call(ctx, tx, `SELECT * FROM wallet.hold(?, ?, ?, ?, ?, ?)`,
		ids.New(ids.Transaction), r.Reference, r.AccountID, r.EnvironmentID, string(r.BalanceType), r.Amount)
	if err != nil {
		return contract.Hold{}, fmt.Errorf("place the hold: %w", err)
	}
	switch result.Outcome {
	case "insufficient_balance":
		return contract.Hold{}, apierror.New(apierror.InsufficientBalance).
			With("available", result.Available).With("required", r.Amount)
	case "account_not_activated":
		return contract.Hold{}, apierror.New(apierror.AccountNotActivated)
	}
	hold := contract.Hold{Amount: r.Amount, Available: result.Available, Held: result.Held}
	return hold, result.expect("held", "exists")
}

// Capture charges a hold.
func Capture(ctx context.Context, tx *gorm.DB, reference string) (Pool, error) {
	return resolve(ctx, tx, `SELECT * FROM wallet.capture(?, ?)`, "captured", ids.New(ids.Transaction), reference)
}

// CapturePart charges some credits of a hold and releases the rest. If credits exceed the hold, the outcome
// of the error is ExceedsHold.
func CapturePart(ctx context.Context, tx *gorm.DB, reference string, credits int64) (Pool, error) {
	return resolve(ctx, tx, `SELECT * FROM wallet.capture_part(?, ?, ?)`, "captured", ids.New(ids.Transaction), reference, credits)
}

// Release returns a hold to available.
func Release(ctx context.Context, tx *gorm.DB, reference string) (Pool, error) {
	return resolve(ctx, tx, `SELECT * FROM wallet.release(?, ?)`, "released", ids.New(ids.Transaction), reference)
}

// Expire resolves a forgotten hold: it captures the hold if the fax was delivered, and otherwise releases it,
// marked as expired in the ledger. It returns false if the hold had already been resolved that way.
func Expire(ctx context.Context, tx *gorm.DB, reference string, delivered bool) (bool, error) {
	statement, state := `SELECT * FROM wallet.expire(?, ?)`, "released"
	if delivered {
		statement, state = `SELECT * FROM wallet.capture(?, ?)`, "captured"
	}
	result, err := call(ctx, tx, statement, ids.New(ids.Transaction), reference)
	if err != nil {
		return false, fmt.Errorf("expire the hold: %w", err)
	}
	return result.Outcome == state, result.expect(state, "exists")
}

// Void undoes a hold whose reply was lost. If the hold arrives later, it is refused.
func Void(ctx context.Context, tx *gorm.DB, r contract.VoidHoldRequest) (Pool, error) {
	return resolve(ctx, tx, `SELECT * FROM wallet.void(?, ?, ?, ?, ?)`, "voided",
		ids.New(ids.Transaction), r.Reference, r.AccountID, r.EnvironmentID, string(r.BalanceType))
}

func resolve(ctx context.Context, tx *gorm.DB, statement, state string, args ...any) (Pool, error) {
	result, err := call(ctx, tx, statement, args...)
	if err != nil {
		return Pool{}, fmt.Errorf("resolve the hold: %w", err)
	}
	return result.pool(), result.expect(state, "exists")
}
