package purchase

import (
	"context"
	"fmt"

	"gorm.io/gorm"

	"github.com/mintfax/mintfax/services/billing/internal/settlement"
	"github.com/mintfax/mintfax/shared/contract"
	"github.com/mintfax/mintfax/shared/postgres"
)

// beginDetachment queues the card of an account for detachment, pauses automatic top-ups, and returns the card's Stripe
// id or the empty string. Next does not claim it while the caller itself asks Stripe.
func (s Store) beginDetachment(ctx context.Context, accountID string) (card string, err error) {
	err = postgres.InTx(ctx, s.db, func(tx *gorm.DB) error {
		err := tx.WithContext(ctx).Raw(`
			INSERT INTO billing.detachments AS d (payment_method_id, account_id, next_try_at)
			SELECT payment_method_id, account_id, now() + interval '20 seconds' FROM billing.customers
			WHERE account_id = ? AND payment_method_id IS NOT NULL FOR UPDATE
			ON CONFLICT (payment_method_id) DO UPDATE SET next_try_at = greatest(d.next_try_at, excluded.next_try_at)
			RETURNING payment_method_id`, accountID).Scan(&card).Error
		if err != nil || card == "" {
			return err
		}
		return settlement.PauseAutoTopUp(ctx, tx, accountID, contract.PausedNoCard)
	})
	if err != nil {
		return "", fmt.Errorf("begin the detachment: %w", err)
	}
	return card, nil
}

// claimDetachment claims the next card to detach. Retries back off from 10 s, doubling up to an hour.
func (s Store) claimDetachment(ctx context.Context) (string, error) {
	var card string
	err := s.db.WithContext(ctx).Raw(`
		UPDATE billing.detachments SET tries = tries + 1,
			next_try_at = now() + least(interval '1 hour', interval '10 seconds' * power(2, least(tries, 10)))
		WHERE payment_method_id = (
			SELECT payment_method_id FROM billing.detachments WHERE next_try_at <= now()
			ORDER BY next_try_at LIMIT 1 FOR UPDATE SKIP LOCKED)
		RETURNING payment_method_id`).Scan(&card).Error
	if err != nil {
		return "", fmt.Errorf("claim a card: %w", err)
	}
	return card, nil
}

// completeDetachment clears a card that Stripe has detached. A card that replaced it meanwhile stays.
func (s Store) completeDetachment(ctx context.Context, card string) error {
	return postgres.InTx(ctx, s.db, func(tx *gorm.DB) error {
		err := tx.WithContext(ctx).Exec(`
			UPDATE billing.customers SET payment_method_id = NULL, card_brand = NULL, card_last4 = NULL, card_exp_month = NULL,
				card_exp_year = NULL, updated_at = now()
			WHERE payment_method_id = ?`, card).Error
		if err != nil {
			return fmt.Errorf("clear the card: %w", err)
		}
		if err := tx.WithContext(ctx).Exec(`DELETE FROM billing.detachments WHERE payment_method_id = ?`, card).Error; err != nil {
			return fmt.Errorf("complete the detachment: %w", err)
		}
		return nil
	})
}

// card returns the saved card of an account, or nil when it has none.
func (s Store) card(ctx context.Context, accountID string) (*contract.Card, error) {
	var cards []contract.Card
	err := s.db.WithContext(ctx).Table("billing.customers").
		Select("card_brand AS brand, card_last4 AS last4, card_exp_month AS exp_month, card_exp_year AS exp_year").
		Where("account_id = ? AND payment_method_id IS NOT NULL", accountID).Find(&cards).Error
	if err != nil || len(cards) == 0 {
		return nil, err
	}
	return &cards[0], nil
}
