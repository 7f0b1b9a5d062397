package settlement

import (
	"context"

	"gorm.io/gorm"

	"github.com/mintfax/mintfax/services/billing/internal/stripe"
	"github.com/mintfax/mintfax/shared/contract"
	"github.com/mintfax/mintfax/shared/crashpoint"
	"github.com/mintfax/mintfax/shared/ids"
	"github.com/mintfax/mintfax/shared/ledger"
	"github.com/mintfax/mintfax/shared/postgres"
	"github.com/mintfax/mintfax/shared/postgres/outbox"
)

// settle runs the transaction below. It is repeated when Postgres broke it off for a deadlock.
func (s Store) settle(ctx context.Context, sessionID string, session stripe.Session, livemode bool) (j judgement, err error) {
	err = postgres.InTx(ctx, s.db, func(tx *gorm.DB) (err error) {
		j, err = transact(ctx, tx, sessionID, session, livemode)
		return err
	})
	return j, err
}

// settleTopUp is settle for the charge of a saved card.
func (s Store) settleTopUp(ctx context.Context, topUpID string, intent stripe.PaymentIntent, livemode bool) (j judgement, err error) {
	err = postgres.InTx(ctx, s.db, func(tx *gorm.DB) (err error) {
		j, err = transactTopUp(ctx, tx, topUpID, intent, livemode)
		return err
	})
	return j, err
}

// transact is the transaction: everything a checkout is due, once, or nothing of it. It believes only what
// Stripe says about the session, and only where that agrees with the row that we wrote before the
// page was opened. Locks are taken in the order checkout, account, pool.
func transact(ctx context.Context, tx *gorm.DB, sessionID string, session stripe.Session, livemode bool) (judgement, error) {
	row, err := lockCheckout(ctx, tx, sessionID)
	if err != nil {
		return judgement{}, err
	}
	j := judge(row, session, livemode)
	switch j.verdict {
	case paid:
		if err := purchase(ctx, tx, row.order(), receipt{session.Intent.ID, session.Intent.ReceiptURL}); err != nil {
			return j, err
		}
		err := keepCard(ctx, tx, row, session)
		crashpoint.Here(crashpoint.ActivationBeforeCommit)
		return j, err
	case saved:
		return j, keepCard(ctx, tx, row, session)
	case lapsed:
		return j, expireCheckout(ctx, tx, row.ID)
	default: // nothing is due: it is not finished yet, it was settled before, or it does not match
		return j, nil
	}
}

// transactTopUp is the same for a top-up. Money that arrived is credited whatever was said of it before. An
// automatic one that ends without money is the last until the person has seen to it.
func transactTopUp(ctx context.Context, tx *gorm.DB, topUpID string, intent stripe.PaymentIntent, livemode bool) (judgement, error) {
	row, err := lockTopUp(ctx, tx, topUpID)
	if err != nil {
		return judgement{}, err
	}
	j := judgeTopUp(row, intent, livemode)
	switch j.verdict {
	case paid:
		if err := clearFailures(ctx, tx, row.AccountID); err != nil {
			return j, err
		}
		if err := purchase(ctx, tx, row.order(), receipt{intent.ID, intent.ReceiptURL}); err != nil {
			return j, err
		}
		err := completeTopUp(ctx, tx, row.ID, intent.ID)
		crashpoint.Here(crashpoint.ActivationBeforeCommit)
		return j, err
	case declined, needsPerson:
		if err := endTopUp(ctx, tx, row.ID, j.verdict, intent); err != nil || row.Kind != kindAuto {
			return j, err
		}
		return j, PauseAutoTopUp(ctx, tx, row.AccountID, pauseReason(j.verdict, intent))
	default:
		return j, nil
	}
}

// purchase is the activation rule: the payment, its credits and, with the first payment, activated_at.
func purchase(ctx context.Context, tx *gorm.DB, o order, r receipt) error {
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
	told := []outbox.Message{outbox.Event(contract.BalanceTopup, contract.BalanceTopupEvent{
		AccountID: o.AccountID, BalanceType: contract.Live, PaymentID: p.ID,
		Credits: o.Credits, Available: pool.Available, Held: pool.Held,
	})}
	if p.Activates {
		activatedAt, err := activateAccount(ctx, tx, o.AccountID)
		if err != nil {
			return err
		}
		told = append(told, outbox.Event(contract.AccountActivated, contract.AccountActivatedEvent{
			AccountID: o.AccountID, PaymentID: p.ID, ActivatedAt: activatedAt,
		}))
	}
	crashpoint.Here(crashpoint.ActivationSet)
	return outbox.Add(ctx, tx, "billing", told...)
}

// keepCard saves the card of a session and completes its checkout. On its own, for a setup, it moves no
// money and activates nothing.
func keepCard(ctx context.Context, tx *gorm.DB, row checkout, session stripe.Session) error {
	if session.Card != nil {
		if err := saveCard(ctx, tx, row.AccountID, *session.Card); err != nil {
			return err
		}
	}
	return completeCheckout(ctx, tx, row.ID)
}
