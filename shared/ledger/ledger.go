package ledger

import (
	"context"
	"fmt"

	"gorm.io/gorm"

	"github.com/mintfax/mintfax/shared/apierror"
	"github.com/mintfax/mintfax/shared/contract"
	"github.com/mintfax/mintfax/shared/ids"
)

// Pool is what a pool has after an operation, in credits.
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

// OpenAccount makes both pools of a new account and seeds the sandbox one.
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

// RecordPurchase credits the live pool for a payment that is recorded in the same transaction. What the
// account owes is paid from the credits first.
func RecordPurchase(ctx context.Context, tx *gorm.DB, p Purchase) (Pool, error) {
	result, err := call(ctx, tx, `SELECT * FROM wallet.purchase(?, ?, ?, ?, ?, ?)`,
		ids.New(ids.Transaction), p.PaymentID, p.AccountID, p.Paid, p.Credits, p.Description)
	if err != nil {
		return Pool{}, fmt.Errorf("credit the purchase: %w", err)
	}
	return result.pool(), result.expect("purchased", "exists")
}

// Hold moves credits from available to held. Refusals: insufficient_balance and, for the live pool of
// an account that is not activated, account_not_activated. A hold that was voided before it came, or
// one whose reference was used with other fields, is an error.
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

// Capture makes a hold a charge.
func Capture(ctx context.Context, tx *gorm.DB, reference string) (Pool, error) {
	return resolve(ctx, tx, `SELECT * FROM wallet.capture(?, ?)`, "captured", ids.New(ids.Transaction), reference)
}

// CapturePart makes some credits of a hold a charge and gives the rest back. More than the hold is
// refused with the outcome ExceedsHold.
func CapturePart(ctx context.Context, tx *gorm.DB, reference string, credits int64) (Pool, error) {
	return resolve(ctx, tx, `SELECT * FROM wallet.capture_part(?, ?, ?)`, "captured", ids.New(ids.Transaction), reference, credits)
}

// Release returns a hold to available.
func Release(ctx context.Context, tx *gorm.DB, reference string) (Pool, error) {
	return resolve(ctx, tx, `SELECT * FROM wallet.release(?, ?)`, "released", ids.New(ids.Transaction), reference)
}

// Expire ends a hold that was forgotten: as a charge when its fax was delivered, else by giving it back,
// which the ledger shows as expired. It returns false when the hold had ended so before.
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

// Void undoes a hold whose answer was lost; one that comes later is refused.
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
