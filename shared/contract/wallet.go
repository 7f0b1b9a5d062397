package contract

import (
	"errors"
	"time"
)

// Methods that wallet serves.
const (
	// PlaceHold moves credits from available to held, once for a reference. A repeated call with the same
	// fields returns the first outcome.
	PlaceHold        Method[PlaceHoldRequest, Hold]                     = "wallet.hold"
	VoidHold         Method[VoidHoldRequest, None]                      = "wallet.void"
	GetBalances      Method[GetAccountRequest, Balances]                = "wallet.balance.get"
	ListTransactions Method[ListTransactionsRequest, List[Transaction]] = "wallet.transaction.list"
	GetSettings      Method[GetAccountRequest, Settings]                = "wallet.settings.get"
	SetLowBalance    Method[SetLowBalanceRequest, Settings]             = "wallet.low_balance.set"
)

// Events that wallet publishes.
const (
	// BalanceLow warns the account that its live pool is below its threshold. It is published once, and again
	// only after a purchase or returned money has brought the pool back to the threshold.
	BalanceLow Event[BalanceLowEvent] = "balance.low"
	// BalanceBelow tells billing that a capture has left the live pool below its top-up threshold. It is
	// published once, and again only after a purchase, returned money, or billing has rearmed it.
	BalanceBelow Event[BalanceBelowEvent] = "balance.below"
)

// PlaceHoldRequest reserves credits of a pool for a fax. Amount is in credits.
// Errors: insufficient_balance, account_not_activated.
type PlaceHoldRequest struct {
	Reference     string          `json:"reference"` // the fax id
	AccountID     string          `json:"account_id"`
	EnvironmentID string          `json:"environment_id"`
	BalanceType   EnvironmentType `json:"balance_type"`
	Amount        int64           `json:"amount"`
}

// Validate rejects a hold without a pool or a positive amount.
func (r PlaceHoldRequest) Validate() error {
	if r.Reference == "" || r.AccountID == "" || r.EnvironmentID == "" || !r.BalanceType.Valid() || r.Amount <= 0 {
		return errors.New("a hold needs a reference, an account, an environment, a pool and a positive amount")
	}
	return nil
}

// Hold is a placed hold and the pool after it.
type Hold struct {
	Amount    int64 `json:"amount"`
	Available int64 `json:"available"`
	Held      int64 `json:"held"`
}

// VoidHoldRequest makes sure that a hold never takes effect: a placed hold is undone, and a later one is
// refused.
type VoidHoldRequest struct {
	Reference     string          `json:"reference"`
	AccountID     string          `json:"account_id"`
	EnvironmentID string          `json:"environment_id"`
	BalanceType   EnvironmentType `json:"balance_type"`
}

// Balances are both pools of an account, live first.
type Balances struct {
	Data []Balance `json:"data"`
}

// Balance is one pool, in credits.
type Balance struct {
	BalanceType EnvironmentType `json:"balance_type"`
	Available   int64           `json:"available"`
	Held        int64           `json:"held"`
	Currency    string          `json:"currency"`
}

// Settings are an account's settings for its credits.
type Settings struct {
	LowBalanceThreshold *int64 `json:"low_balance_threshold"` // credits of the live pool; null means no warning
}

// SetLowBalanceRequest sets the threshold of BalanceLow, in credits of the live pool; nil disables the event.
// Errors: validation_failed.
type SetLowBalanceRequest struct {
	AccountID string `json:"account_id"`
	Threshold *int64 `json:"threshold"`
}

// TransactionType is the type of a movement of credits.
type TransactionType string

// The types of movement of a pool.
const (
	TransactionSeed       TransactionType = "seed"
	TransactionPurchase   TransactionType = "purchase"
	TransactionHold       TransactionType = "hold"
	TransactionCapture    TransactionType = "capture"
	TransactionRelease    TransactionType = "release"
	TransactionRefund     TransactionType = "refund"
	TransactionDispute    TransactionType = "dispute"
	TransactionAdjustment TransactionType = "adjustment"
)

// TransactionTypes lists every type.
func TransactionTypes() []TransactionType {
	return []TransactionType{
		TransactionSeed, TransactionPurchase, TransactionHold, TransactionCapture, TransactionRelease,
		TransactionRefund, TransactionDispute, TransactionAdjustment,
	}
}

// ListTransactionsRequest filters the ledger of an account. Empty fields do not filter.
type ListTransactionsRequest struct {
	AccountID     string          `json:"account_id"`
	EnvironmentID string          `json:"environment_id,omitempty"`
	BalanceType   EnvironmentType `json:"balance_type,omitempty"`
	Type          TransactionType `json:"type,omitempty"`
	FaxID         string          `json:"fax_id,omitempty"` // only movements of this fax
	Page          Page            `json:"page"`
}

// Transaction is one movement of a pool, in credits. Amount is negative when a hold takes from available or a
// capture takes from held, and positive when a seed, a purchase or a release adds to available.
type Transaction struct {
	ID             string          `json:"id"`
	BalanceType    EnvironmentType `json:"balance_type"`
	Type           TransactionType `json:"type"`
	Amount         int64           `json:"amount"`
	AvailableAfter int64           `json:"available_after"`
	HeldAfter      int64           `json:"held_after"`
	FaxID          *string         `json:"fax_id"`
	PaymentID      *string         `json:"payment_id"`
	EnvironmentID  *string         `json:"environment_id"`
	Description    string          `json:"description"`
	CreatedAt      time.Time       `json:"created_at"`
}

// BalanceLowEvent is the body of BalanceLow, in credits.
type BalanceLowEvent struct {
	AccountID   string          `json:"account_id"`
	BalanceType EnvironmentType `json:"balance_type"`
	Available   int64           `json:"available"`
	Threshold   int64           `json:"threshold"`
	At          time.Time       `json:"at"`
}

// Validate rejects an event without its pool.
func (e BalanceLowEvent) Validate() error {
	if e.AccountID == "" || !e.BalanceType.Valid() {
		return errors.New("a low balance is that of a pool")
	}
	return nil
}

// BalanceBelowEvent is the body of BalanceBelow, in credits. The available balance may have changed since.
type BalanceBelowEvent struct {
	AccountID string    `json:"account_id"`
	Available int64     `json:"available"`
	Threshold int64     `json:"threshold"`
	At        time.Time `json:"at"`
}

// Validate rejects an event without its account.
func (e BalanceBelowEvent) Validate() error {
	if e.AccountID == "" {
		return errors.New("a balance to top up is that of an account")
	}
	return nil
}
