package ledger

import (
	"context"
	"fmt"

	"gorm.io/gorm"
)

// Outcomes that callers tell apart.
const (
	Conflict    = "conflict"     // a hold was resolved otherwise
	ExceedsHold = "exceeds_hold" // more would be captured than is held
	Unknown     = "unknown"      // there is no such hold, or no such payment yet
	Mismatch    = "mismatch"     // the reference was used with other fields
	Exceeds     = "exceeds"      // more money would come again than has gone back
)

// OutcomeError says that an operation contradicts what the ledger already holds, for example a
// capture of a released hold. Asking again does not help.
type OutcomeError struct {
	Outcome string // as the operation names it: mismatch, voided, resolved, conflict, unknown
}

func (e *OutcomeError) Error() string { return "the ledger refuses: " + e.Outcome }

// outcome is the row that every operation returns.
type outcome struct {
	Outcome   string
	Available int64
	Held      int64
}

func (o outcome) pool() Pool { return Pool{Available: o.Available, Held: o.Held} }

func (o outcome) expect(good ...string) error {
	for _, name := range good {
		if o.Outcome == name {
			return nil
		}
	}
	return &OutcomeError{Outcome: o.Outcome}
}

func call(ctx context.Context, tx *gorm.DB, statement string, args ...any) (outcome, error) {
	var result outcome
	done := tx.WithContext(ctx).Raw(statement, args...).Scan(&result)
	if done.Error != nil {
		return outcome{}, done.Error
	}
	if done.RowsAffected != 1 {
		return outcome{}, fmt.Errorf("the operation answered %d rows", done.RowsAffected)
	}
	return result, nil
}
