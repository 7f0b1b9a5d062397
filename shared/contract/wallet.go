package contract

import (
	"errors"
	"time"
)

// Questions and commands that wallet answers.
const (
	// PlaceHold moves credits from available to held, once for a reference. Asked again with the same
	// fields it reports the first outcome.
	PlaceHold        Method[PlaceHoldRequest, Hold]                     = "wallet.hold"
	VoidHold         Method[VoidHoldRequest, None]                      = "wallet.void"
	GetBalances      Method[GetAccountRequest, Balances]                = "wallet.balance.get"
	ListTransactions Method[ListTransactionsRequest, List[Transaction]] = "wallet.transaction.list"
	GetSettings      Method[GetAccountRequest, Settings]                = "wallet.settings.get"
	SetLowBalance    Method[SetLowBalanceRequest, Settings]             = "wallet.low_balance.set"
)

// Facts that wallet tells.
const (
	// BalanceLow is for the account: its live pool has less than it wants to be warned at. It is told once,
	// and again only after a purchase, or money that came again, has brought the pool to the threshold.
	BalanceLow Event[BalanceLowEvent] = "balance.low"
	// BalanceBelow is for billing: after a capture the live pool has less than it is to be topped up at. It
	// is told once until a purchase, money that came again, or billing itself has it told again.
	BalanceBelow Event[BalanceBelowEvent] = "balance.below"
)

// PlaceHoldRequest reserves credits of a pool for a fax. Amount is in credits.
// Refusals: insufficient_balance, account_not_activated.
type PlaceHoldRequest struct {
	Reference     string          `json:"reference"` // the fax id
	AccountID     string          `json:"account_id"`
	EnvironmentID string          `json:"environment_id"`
	BalanceType   EnvironmentType `json:"balance_type"`
	Amount        int64           `json:"amount"`
}

// Validate refuses a hold that names no pool or moves nothing.
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

// VoidHoldRequest makes sure that a hold never holds: it undoes one that was placed and refuses one
// that comes later.
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

// Settings are what an account has set about its credits.
type Settings struct {
	LowBalanceThreshold *int64 `json:"low_balance_threshold"` // credits of the live pool; null is never
}

// SetLowBalanceRequest sets below how many credits of the live pool BalanceLow is told; nil is never.
// Refusals: validation_failed.
type SetLowBalanceRequest struct {
	AccountID string `json:"account_id"`
	Threshold *int64 `json:"threshold"`
}

// TransactionType says what moved the credits.
type TransactionType string

// The movements of a pool.
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

// TransactionTypes lists every movement.
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
	FaxID         string          `json:"fax_id,omitempty"` // what this fax has moved
	Page          Page            `json:"page"`
}

// Transaction is one movement of a pool, in credits. Amount is signed from the pool's view: what a
// hold takes from available and what a capture takes from held is negative, what a seed, a purchase
// or a release brings to available is positive.
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

// Validate refuses an event about no pool.
func (e BalanceLowEvent) Validate() error {
	if e.AccountID == "" || !e.BalanceType.Valid() {
		return errors.New("a low balance is that of a pool")
	}
	return nil
}

// BalanceBelowEvent is the body of BalanceBelow, in credits. What is available may have changed since.
type BalanceBelowEvent struct {
	AccountID string    `json:"account_id"`
	Available int64     `json:"available"`
	Threshold int64     `json:"threshold"`
	At        time.Time `json:"at"`
}

// Validate refuses an event about no account.
func (e BalanceBelowEvent) Validate() error {
	if e.AccountID == "" {
		return errors.New("a balance to top up is that of an account")
	}
	return nil
}
