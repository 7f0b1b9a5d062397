package contract

import (
	"errors"
	"time"
)

// Methods for statements that wallet serves.
const (
	// OpenStatement fixes the content of a statement. Errors: validation_failed for a month that has not begun.
	OpenStatement Method[OpenStatementRequest, Statement] = "wallet.statement.open"
	// ListMovements lists the movements of an opened statement. They never change.
	ListMovements Method[ListMovementsRequest, Movements] = "wallet.statement.movements"
)

// Month is a calendar month in UTC, written 2026-11.
type Month string

// Bounds returns the first moment of the month and the first moment after it.
func (m Month) Bounds() (from, until time.Time, err error) {
	from, err = time.Parse("2006-01", string(m))
	if err != nil || from.Year() < 1 {
		return time.Time{}, time.Time{}, errors.New("a month is written like 2026-11")
	}
	return from, from.AddDate(0, 1, 0), nil
}

// OpenStatementRequest requests the statement of an account for a month.
type OpenStatementRequest struct {
	AccountID string `json:"account_id"`
	Month     Month  `json:"month"`
}

// Validate rejects a value that is not a month.
func (r OpenStatementRequest) Validate() error {
	_, _, err := r.Month.Bounds()
	return err
}

// Statement covers the movements of an account's pools in a month, up to AsOf. When the month had ended
// by AsOf (Complete), the statement never changes.
type Statement struct {
	Month    Month           `json:"month"`
	AsOf     time.Time       `json:"as_of"`
	Complete bool            `json:"complete"`
	Pools    []StatementPool `json:"pools"` // live first
}

// StatementPool is one pool over the month, in credits. For each of available, held and balance, Opening plus
// the changes of all movements equals Closing.
type StatementPool struct {
	BalanceType EnvironmentType  `json:"balance_type"`
	Opening     PoolBalance      `json:"opening"`
	Closing     PoolBalance      `json:"closing"`
	Totals      []MovementsTotal `json:"totals"` // one for each type present, in the order of TransactionTypes
	Range       MovementRange    `json:"range"`
}

// Count returns the number of movements of the pool in the month.
func (p StatementPool) Count() int64 {
	var n int64
	for _, total := range p.Totals {
		n += total.Count
	}
	return n
}

// PoolBalance is the state of a pool at a moment, in credits. Balance is Available plus Held: the credits that
// the account owns. A hold moves credits between the two and leaves Balance unchanged.
type PoolBalance struct {
	Available int64 `json:"available"`
	Held      int64 `json:"held"`
	Balance   int64 `json:"balance"`
}

// NewPoolBalance returns the balance of the two parts.
func NewPoolBalance(available, held int64) PoolBalance {
	return PoolBalance{Available: available, Held: held, Balance: available + held}
}

// Plus returns the balance after a change.
func (b PoolBalance) Plus(c PoolBalance) PoolBalance {
	return NewPoolBalance(b.Available+c.Available, b.Held+c.Held)
}

// MovementsTotal sums the movements of one type. Change is their effect on the pool, in credits.
type MovementsTotal struct {
	Type   TransactionType `json:"type"`
	Count  int64           `json:"count"`
	Change PoolBalance     `json:"change"`
}

// MovementRange is the part of the ledger that a statement covers: after After, up to and including Last.
type MovementRange struct {
	After int64 `json:"after"`
	Last  int64 `json:"last"`
}

// ListMovementsRequest requests the movements of a pool in a range, in order. Rest in the reply is the next
// range to request.
type ListMovementsRequest struct {
	AccountID   string          `json:"account_id"`
	BalanceType EnvironmentType `json:"balance_type"`
	Range       MovementRange   `json:"range"`
}

// Validate rejects a request without its account or pool.
func (r ListMovementsRequest) Validate() error {
	if r.AccountID == "" || !r.BalanceType.Valid() {
		return errors.New("movements are those of an account and a pool")
	}
	return nil
}

// Movements is one batch of a statement's movements, in order.
type Movements struct {
	Data []Movement     `json:"data"`
	Rest *MovementRange `json:"rest"` // nil after the last batch
}

// Movement is a transaction on a statement, in credits. Change is its effect on the pool:
//
//	seed, purchase   available +n  held  0  balance +n
//	hold             available -n  held +n  balance  0
//	capture          available  0  held -n  balance -n
//	release          available +n  held -n  balance  0
//
// For the other types, Change is the sum of the transaction's entries. After is the pool after the movement:
// the pool before it plus Change.
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
