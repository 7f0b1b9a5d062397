package ledger

import (
	"context"
	"fmt"

	"gorm.io/gorm"
)

// Outcomes that callers distinguish.
const (
	Conflict    = "conflict"     // the hold was resolved the other way
	ExceedsHold = "exceeds_hold" // more would be captured than is held
	Unknown     = "unknown"      // there is no such hold, or no such payment yet
	Mismatch    = "mismatch"     // the reference was used with other fields
	Exceeds     = "exceeds"      // more money would return than has gone back
)

// OutcomeError means that an operation contradicts the ledger, for example a capture of a released hold.
// A retry does not help.
type OutcomeError struct {
	Outcome string // as the SQL function returns it: mismatch, voided, resolved, conflict, unknown
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
		return outcome{}, fmt.Errorf("the operation returned %d rows", done.RowsAffected)
	}
	return result, nil
}
