package reconcile

import (
	"context"
	"fmt"
	"time"

	"gorm.io/gorm"

	"github.com/mintfax/mintfax/shared/postgres"
)

// Store reads the records in billing's database.
type Store struct {
	db *gorm.DB
}

// NewStore returns a store on billing's database.
func NewStore(db *gorm.DB) Store { return Store{db: db} }

const batch = 500 // rows read at once

type payment struct {
	ID, AccountID, IntentID, Currency string
	Amount                            int64
	Livemode                          bool
	CreatedAt                         time.Time
}

const paymentColumns = `id, account_id, stripe_payment_intent_id AS intent_id, currency, amount, livemode, created_at`

// paymentsOf returns the payments of some intents, by intent.
func (s Store) paymentsOf(ctx context.Context, intents []string) (map[string]payment, error) {
	found := map[string]payment{}
	if len(intents) == 0 {
		return found, nil
	}
	var rows []payment
	err := s.db.WithContext(ctx).Table("billing.payments").Select(paymentColumns).Where("stripe_payment_intent_id IN ?", intents).Find(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("read payments: %w", err)
	}
	for _, row := range rows {
		found[row.IntentID] = row
	}
	return found, nil
}

// eachPayment calls do for the payments recorded between two times, oldest first.
func (s Store) eachPayment(ctx context.Context, from, until time.Time, do func(payment) error) error {
	last := payment{CreatedAt: from}
	for {
		var rows []payment
		err := s.db.WithContext(ctx).Table("billing.payments").Select(paymentColumns).
			Where("(created_at, id) > (?, ?) AND created_at <= ?", last.CreatedAt, last.ID, until).
			Order("created_at, id").Limit(batch).Find(&rows).Error
		if err != nil {
			return fmt.Errorf("read payments: %w", err)
		}
		for _, row := range rows {
			if err := do(row); err != nil {
				return err
			}
		}
		if len(rows) < batch {
			return nil
		}
		last = rows[len(rows)-1]
	}
}

// record is a recorded refund or dispute. Due says that it is not applied yet, Old that it was recorded more than an hour
// ago.
type record struct {
	ID, Kind, IntentID, Currency, Status string
	Amount                               int64
	Due, Old, PaymentKnown               bool
	CreatedAt                            time.Time
}

const recordColumns = `r.id, r.kind, r.stripe_payment_intent_id AS intent_id, r.currency, r.status, r.amount, r.created_at,
	(r.away AND r.effect = 'none') OR (NOT r.away AND r.effect = 'taken') AS due, r.noted_at < now() - interval '1 hour' AS old,
	coalesce((SELECT true FROM billing.payments p WHERE p.stripe_payment_intent_id = r.stripe_payment_intent_id), false) AS payment_known`

// recordsOf returns the records of some refunds and disputes, by id.
func (s Store) recordsOf(ctx context.Context, ids []string) (map[string]record, error) {
	found := map[string]record{}
	if len(ids) == 0 {
		return found, nil
	}
	var rows []record
	err := s.db.WithContext(ctx).Table("billing.reversals r").Select(recordColumns).Where("r.id IN ?", ids).Find(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("read refunds and disputes: %w", err)
	}
	for _, row := range rows {
		found[row.ID] = row
	}
	return found, nil
}

// eachReversal calls do for the recorded refunds and disputes that Stripe created between two times, oldest first.
func (s Store) eachReversal(ctx context.Context, from, until time.Time, do func(record) error) error {
	last := record{CreatedAt: from}
	for {
		var rows []record
		err := s.db.WithContext(ctx).Table("billing.reversals r").Select(recordColumns).
			Where("(r.created_at, r.id) > (?, ?) AND r.created_at <= ?", last.CreatedAt, last.ID, until).
			Order("r.created_at, r.id").Limit(batch).Find(&rows).Error
		if err != nil {
			return fmt.Errorf("read refunds and disputes: %w", err)
		}
		for _, row := range rows {
			if err := do(row); err != nil {
				return err
			}
		}
		if len(rows) < batch {
			return nil
		}
		last = rows[len(rows)-1]
	}
}

func (s Store) ledgerDifferences(ctx context.Context, since time.Time, pools bool) ([]Difference, error) {
	var found []Difference
	err := postgres.InLongTx(ctx, s.db, func(tx *gorm.DB) error {
		return tx.Raw(`SELECT kind, id, detail AS text FROM billing.ledger_differences(?, ?) ORDER BY kind, id`, since, pools).Scan(&found).Error
	})
	if err != nil {
		return nil, fmt.Errorf("compare with the ledger: %w", err)
	}
	return found, nil
}

// claim reports whether the caller is the one to compare in this interval.
func (s Store) claim(ctx context.Context, interval time.Duration) (bool, error) {
	done := s.db.WithContext(ctx).Exec(
		`UPDATE billing.reconciliation SET next_at = now() + ? * interval '1 second' WHERE next_at <= now()`, interval.Seconds())
	if done.Error != nil {
		return false, fmt.Errorf("claim the comparison: %w", done.Error)
	}
	return done.RowsAffected == 1, nil
}
