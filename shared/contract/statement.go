package contract

import (
	"errors"
	"time"
)

// Questions about statements that wallet answers.
const (
	// OpenStatement fixes what a statement has. Refused with validation_failed for a month that has not begun.
	OpenStatement Method[OpenStatementRequest, Statement] = "wallet.statement.open"
	// ListMovements reads the movements of an opened statement. They never change.
	ListMovements Method[ListMovementsRequest, Movements] = "wallet.statement.movements"
)

// Month is a calendar month in UTC, written 2026-11.
type Month string

// Bounds are the first moment of the month and the first one after it.
func (m Month) Bounds() (from, until time.Time, err error) {
	from, err = time.Parse("2006-01", string(m))
	if err != nil || from.Year() < 1 {
		return time.Time{}, time.Time{}, errors.New("a month is written like 2026-11")
	}
	return from, from.AddDate(0, 1, 0), nil
}

// OpenStatementRequest asks for the statement of an account over a month.
type OpenStatementRequest struct {
	AccountID string `json:"account_id"`
	Month     Month  `json:"month"`
}

// Validate refuses what is no month.
func (r OpenStatementRequest) Validate() error {
	_, _, err := r.Month.Bounds()
	return err
}

// Statement is what moved an account's pools in a month. It holds the movements that had happened by
// AsOf. Once the month has ended by then (Complete) the statement never changes.
type Statement struct {
	Month    Month           `json:"month"`
	AsOf     time.Time       `json:"as_of"`
	Complete bool            `json:"complete"`
	Pools    []StatementPool `json:"pools"` // live first
}

// StatementPool is one pool over the month, in credits. For available, for held and for both together:
// what the pool had at Opening and the change of all movements make what it has at Closing.
type StatementPool struct {
	BalanceType EnvironmentType  `json:"balance_type"`
	Opening     PoolBalance      `json:"opening"`
	Closing     PoolBalance      `json:"closing"`
	Totals      []MovementsTotal `json:"totals"` // one for each type that occurs, in the order of TransactionTypes
	Range       MovementRange    `json:"range"`
}

// Count is how many movements the pool had in the month.
func (p StatementPool) Count() int64 {
	var n int64
	for _, total := range p.Totals {
		n += total.Count
	}
	return n
}

// PoolBalance is what a pool has at a moment, in credits. Balance is Available and Held together: what
// the account owns. A hold only moves it from one to the other.
type PoolBalance struct {
	Available int64 `json:"available"`
	Held      int64 `json:"held"`
	Balance   int64 `json:"balance"`
}

// NewPoolBalance is a balance of both parts.
func NewPoolBalance(available, held int64) PoolBalance {
	return PoolBalance{Available: available, Held: held, Balance: available + held}
}

// Plus is the balance after a change.
func (b PoolBalance) Plus(c PoolBalance) PoolBalance {
	return NewPoolBalance(b.Available+c.Available, b.Held+c.Held)
}

// MovementsTotal sums the movements of one type. Change is what they did to the pool, in credits.
type MovementsTotal struct {
	Type   TransactionType `json:"type"`
	Count  int64           `json:"count"`
	Change PoolBalance     `json:"change"`
}

// MovementRange says where in the ledger the movements of a statement lie: after After, up to and with Last.
type MovementRange struct {
	After int64 `json:"after"`
	Last  int64 `json:"last"`
}

// ListMovementsRequest asks for the movements of a pool in a range, in their order. Rest of a reply is
// the range to ask for next.
type ListMovementsRequest struct {
	AccountID   string          `json:"account_id"`
	BalanceType EnvironmentType `json:"balance_type"`
	Range       MovementRange   `json:"range"`
}

// Validate refuses a question that names no pool.
func (r ListMovementsRequest) Validate() error {
	if r.AccountID == "" || !r.BalanceType.Valid() {
		return errors.New("movements are those of an account and a pool")
	}
	return nil
}

// Movements are some of a statement's movements, in their order.
type Movements struct {
	Data []Movement     `json:"data"`
	Rest *MovementRange `json:"rest"` // nil when there are no more
}

// Movement is a transaction as a statement shows it, in credits. Change is what it did to the pool:
//
//	seed, purchase   available +n  held  0  balance +n
//	hold             available -n  held +n  balance  0
//	capture          available  0  held -n  balance -n
//	release          available +n  held -n  balance  0
//
// and whatever its entries say for the others. After is the pool right after it, which is the pool
// before it and Change.
type Movement struct {
	ID            string          `json:"id"`
	Type          TransactionType `json:"type"`
	CreatedAt     time.Time       `json:"created_at"`
	Description   string          `json:"description"`
	FaxID         *string         `json:"fax_id"`
	PaymentID     *string         `json:"payment_id"`
	EnvironmentID *string         `json:"environment_id"`
	Amount        int64           `json:"amount"` // as in Transaction
	Change        PoolBalance     `json:"change"`
	After         PoolBalance     `json:"after"`
}
