package reversal

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"gorm.io/gorm"

	"github.com/mintfax/mintfax/services/billing/internal/stripe"
	"github.com/mintfax/mintfax/shared/contract"
	"github.com/mintfax/mintfax/shared/ledger"
	"github.com/mintfax/mintfax/shared/postgres"
)

// Store keeps refunds and disputes in billing's database.
type Store struct {
	db *gorm.DB
}

// NewStore returns a store on billing's database.
func NewStore(db *gorm.DB) Store { return Store{db: db} }

// The effects of a reversal in the ledger.
const (
	effectNone     = "none"
	effectTaken    = "taken"
	effectReturned = "returned"
)

// row is a reversal as recorded.
type row struct {
	ID                    string
	Kind                  string
	StripePaymentIntentID string
	Amount                int64
	Currency              string
	Status                string
	Away                  bool
	Effect                string
}

// mismatch is a reversal that contradicts our records, and why.
type mismatch struct{ id, why string }

// change is an effect made in the ledger.
type change struct{ kind, effect string }

// knows reports whether a payment with that intent is recorded.
func (s Store) knows(ctx context.Context, intentID string) (known bool, err error) {
	err = s.db.WithContext(ctx).Raw(
		`SELECT EXISTS (SELECT FROM billing.payments WHERE stripe_payment_intent_id = ?)`, intentID).Scan(&known).Error
	if err != nil {
		return false, fmt.Errorf("look up the payment: %w", err)
	}
	return known, nil
}

// record writes the states that Stripe reports. A recorded later stage stays. Here and in apply, rows are locked in the
// order of their ids.
func (s Store) record(ctx context.Context, intentID string, found []stripe.Reversal) (mismatches []mismatch, err error) {
	slices.SortFunc(found, func(a, b stripe.Reversal) int { return strings.Compare(a.ID, b.ID) })
	err = postgres.InTx(ctx, s.db, func(tx *gorm.DB) error {
		mismatches = nil
		for _, r := range found {
			why, err := recordOne(ctx, tx, intentID, r)
			if err != nil {
				return err
			}
			if why != "" {
				mismatches = append(mismatches, mismatch{r.ID, why})
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("record the reversals: %w", err)
	}
	return mismatches, nil
}

func recordOne(ctx context.Context, tx *gorm.DB, intentID string, r stripe.Reversal) (why string, err error) {
	now, known := stageOf(r.Kind, r.Status)
	if !known {
		return "its status is unknown: " + r.Status, nil
	}
	if r.IntentID != intentID || r.Amount <= 0 {
		return "it belongs to another payment, or has no amount", nil
	}
	err = tx.WithContext(ctx).Exec(`
		INSERT INTO billing.reversals (id, kind, stripe_payment_intent_id, amount, currency, status, away, created_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
		r.ID, string(r.Kind), r.IntentID, r.Amount, r.Currency, r.Status, now.away(), r.CreatedAt).Error
	if err != nil {
		return "", err
	}
	var before row
	if err := tx.WithContext(ctx).Raw(`SELECT * FROM billing.reversals WHERE id = ? FOR UPDATE`, r.ID).Scan(&before).Error; err != nil {
		return "", err
	}
	if before.Kind != string(r.Kind) || before.StripePaymentIntentID != r.IntentID || before.Amount != r.Amount || before.Currency != r.Currency {
		return fmt.Sprintf("it changed from %d %s to %d %s", before.Amount, before.Currency, r.Amount, r.Currency), nil
	}
	if reached, _ := stageOf(r.Kind, before.Status); now < reached || r.Status == before.Status {
		return "", nil
	}
	return "", tx.WithContext(ctx).Exec(`
		UPDATE billing.reversals SET status = ?, away = ?, updated_at = now(), next_try_at = now() WHERE id = ?`,
		r.Status, now.away(), r.ID).Error
}

// apply applies the outstanding reversals of a payment to the ledger in one transaction. The pool is locked after the
// rows.
func (s Store) apply(ctx context.Context, intentID string) (changes []change, mismatches []mismatch, err error) {
	err = postgres.InTx(ctx, s.db, func(tx *gorm.DB) error {
		changes, mismatches = nil, nil
		var payment struct{ ID, Currency string }
		if err := tx.WithContext(ctx).Raw(
			`SELECT id, currency FROM billing.payments WHERE stripe_payment_intent_id = ?`, intentID).Scan(&payment).Error; err != nil || payment.ID == "" {
			return err
		}
		var rows []row
		if err := tx.WithContext(ctx).Raw(
			`SELECT * FROM billing.reversals WHERE stripe_payment_intent_id = ? ORDER BY id COLLATE "C" FOR UPDATE`, intentID).Scan(&rows).Error; err != nil {
			return err
		}
		for _, r := range rows {
			if !strings.EqualFold(r.Currency, payment.Currency) {
				mismatches = append(mismatches, mismatch{r.ID, "its currency is " + r.Currency + ", and that of its payment " + payment.Currency})
				continue
			}
			effect, err := applyOne(ctx, tx, payment.ID, r)
			var refusal *ledger.OutcomeError
			if errors.As(err, &refusal) {
				mismatches = append(mismatches, mismatch{r.ID, refusal.Error()})
				continue
			}
			if err != nil {
				return err
			}
			if effect != r.Effect {
				changes = append(changes, change{r.Kind, effect})
			}
		}
		return nil
	})
	if err != nil {
		return nil, nil, fmt.Errorf("apply the reversals: %w", err)
	}
	return changes, mismatches, nil
}

// applyOne debits the credits of money that has left, or returns them, and returns the resulting effect.
func applyOne(ctx context.Context, tx *gorm.DB, paymentID string, r row) (string, error) {
	movement := ledger.Reversal{Kind: contract.TransactionType(r.Kind), Reference: r.ID, PaymentID: paymentID, Cents: r.Amount}
	effect := effectTaken
	switch {
	case r.Away && r.Effect == effectNone:
		movement.Description = debitDescription(r.Kind)
	case !r.Away && r.Effect == effectTaken:
		effect = effectReturned
		movement.Reference, movement.Cents, movement.Description = r.ID+":returned", -r.Amount, returnDescription(r.Kind)
	default:
		return r.Effect, nil
	}
	if _, err := ledger.Reverse(ctx, tx, movement); err != nil {
		return "", err
	}
	return effect, tx.WithContext(ctx).Exec(
		`UPDATE billing.reversals SET effect = ?, payment_id = ?, updated_at = now() WHERE id = ?`, effect, paymentID, r.ID).Error
}

func debitDescription(kind string) string {
	if kind == string(stripe.Dispute) {
		return "Payment disputed"
	}
	return "Payment refunded"
}

func returnDescription(kind string) string {
	if kind == string(stripe.Dispute) {
		return "Dispute won"
	}
	return "Refund failed"
}

// claim claims a recorded payment with an outstanding reversal and returns its intent. It is due again in an hour.
func (s Store) claim(ctx context.Context) (string, error) {
	var intentID string
	err := s.db.WithContext(ctx).Raw(`
		UPDATE billing.reversals SET next_try_at = now() + interval '1 hour'
		WHERE id = (
			SELECT r.id FROM billing.reversals r JOIN billing.payments p USING (stripe_payment_intent_id)
			WHERE ((r.away AND r.effect = 'none') OR (NOT r.away AND r.effect = 'taken')) AND r.next_try_at <= now()
			ORDER BY r.next_try_at LIMIT 1 FOR UPDATE OF r SKIP LOCKED)
		RETURNING stripe_payment_intent_id`).Scan(&intentID).Error
	if err != nil {
		return "", fmt.Errorf("claim a reversal: %w", err)
	}
	return intentID, nil
}
