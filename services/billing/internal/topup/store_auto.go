package topup

import (
	"context"
	"fmt"

	"gorm.io/gorm"

	"github.com/mintfax/mintfax/services/billing/internal/purchase"
	"github.com/mintfax/mintfax/services/billing/internal/settlement"
	"github.com/mintfax/mintfax/services/billing/internal/stripe"
	"github.com/mintfax/mintfax/shared/contract"
	"github.com/mintfax/mintfax/shared/postgres"
)

// topUpByCause returns the top-up that a message has led to.
func (s Store) topUpByCause(ctx context.Context, messageID string) (t topUp, found bool, err error) {
	done := s.db.WithContext(ctx).Raw(`SELECT `+columns+` FROM billing.top_ups WHERE cause = @cause`,
		map[string]any{"cause": messageID, "lifetime": stripe.KeyLifetime.Seconds()}).Scan(&t)
	if done.Error != nil {
		return topUp{}, false, fmt.Errorf("look up the top-up of the message: %w", done.Error)
	}
	return t, done.RowsAffected == 1, nil
}

// beginAuto writes an automatic top-up if one is due. Without a card to charge, automatic top-ups pause.
func (s Store) beginAuto(ctx context.Context, catalogue purchase.Catalogue, messageID, accountID string, livemode bool) (t topUp, begun bool, err error) {
	err = postgres.InTx(ctx, s.db, func(tx *gorm.DB) error {
		begun = false
		customer, card, err := lockCard(ctx, tx, accountID)
		if err != nil {
			return err
		}
		chosen, err := claimAuto(ctx, tx, catalogue, accountID)
		if err != nil || chosen == nil {
			return err
		}
		if card == "" {
			return settlement.PauseAutoTopUp(ctx, tx, accountID, contract.PausedNoCard)
		}
		begun = true
		t, err = insert(ctx, tx, *chosen, terms{accountID: accountID, customer: customer, card: card, cause: messageID, livemode: livemode})
		return err
	})
	return t, begun, err
}

// countFailure counts a charge that Stripe did not answer.
func (s Store) countFailure(ctx context.Context, accountID string) error {
	return postgres.InTx(ctx, s.db, func(tx *gorm.DB) error { return settlement.CountFailure(ctx, tx, accountID) })
}
