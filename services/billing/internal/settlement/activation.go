package settlement

import (
	"context"

	"gorm.io/gorm"

	"github.com/mintfax/mintfax/services/billing/internal/stripe"
	"github.com/mintfax/mintfax/shared/contract"
	"github.com/mintfax/mintfax/shared/crashpoint"
	"github.com/mintfax/mintfax/shared/ids"
	"github.com/mintfax/mintfax/shared/ledger"
	"github.com/mintfax/mintfax/shared/outbox"
	"github.com/mintfax/mintfax/shared/postgres"
)

// settleCheckout applies everything that follows from a Checkout Session in one transaction, or nothing of it. It
// trusts only what Stripe says about the session, and only where that agrees with the row written before the page was
// opened. Locks are taken in the order checkout, account, pool; a deadlock repeats the transaction.
func (s Store) settleCheckout(ctx context.Context, sessionID string, session stripe.Session, livemode bool) (d decision, err error) {
	err = postgres.InTx(ctx, s.db, func(tx *gorm.DB) error {
		row, err := lockCheckout(ctx, tx, sessionID)
		if err != nil {
			return err
		}
		d = decide(row, session, livemode)
		switch d.verdict {
		case paid:
			if err := recordPurchase(ctx, tx, row.order(), receipt{session.Intent.ID, session.Intent.ReceiptURL}); err != nil {
				return err
			}
			err := completeWithCard(ctx, tx, row, session.Card)
			crashpoint.Here(crashpoint.ActivationBeforeCommit)
			return err
		case saved:
			return completeWithCard(ctx, tx, row, session.Card)
		case expired:
			return expireCheckout(ctx, tx, row.ID)
		default: // pending, settled before, or contradictory: nothing to apply
			return nil
		}
	})
	return d, err
}

// recordPurchase is the activation rule: it records a payment, credits the live pool and, with the account's first
// payment, sets activated_at. It runs in the transaction that settles a checkout or a top-up.
func recordPurchase(ctx context.Context, tx *gorm.DB, o order, r receipt) error {
	activated, err := lockAccount(ctx, tx, o.AccountID)
	if err != nil {
		return err
	}
	crashpoint.Here(crashpoint.ActivationLocked)
	p := payment{ID: ids.New(ids.Payment), Activates: !activated, order: o, receipt: r}
	if err := p.insert(ctx, tx); err != nil {
		return err
	}
	crashpoint.Here(crashpoint.ActivationPaid)
	pool, err := ledger.RecordPurchase(ctx, tx, ledger.Purchase{
		PaymentID: p.ID, AccountID: o.AccountID, Paid: o.Amount, Credits: o.Credits,
		Description: "Credit package " + o.PackageID,
	})
	if err != nil {
		return err
	}
	crashpoint.Here(crashpoint.ActivationCredited)
	events := []outbox.Message{outbox.Event(contract.BalanceTopup, contract.BalanceTopupEvent{
		AccountID: o.AccountID, BalanceType: contract.Live, PaymentID: p.ID,
		Credits: o.Credits, Available: pool.Available, Held: pool.Held,
	})}
	if p.Activates {
		activatedAt, err := activateAccount(ctx, tx, o.AccountID)
		if err != nil {
			return err
		}
		events = append(events, outbox.Event(contract.AccountActivated, contract.AccountActivatedEvent{
			AccountID: o.AccountID, PaymentID: p.ID, ActivatedAt: activatedAt,
		}))
	}
	crashpoint.Here(crashpoint.ActivationSet)
	return outbox.Add(ctx, tx, "billing", events...)
}
