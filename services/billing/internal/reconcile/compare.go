package reconcile

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/mintfax/mintfax/services/billing/internal/stripe"
)

// Comparer compares. It changes nothing.
type Comparer struct {
	store    Store
	stripe   *stripe.Client
	throttle stripe.Throttle
}

// New returns a comparer that calls throttle before each request to Stripe.
func New(store Store, client *stripe.Client, throttle stripe.Throttle) *Comparer {
	return &Comparer{store: store, stripe: client, throttle: throttle}
}

// Scope is what to compare.
type Scope struct {
	From, Until time.Time // what was made or recorded between
	Pools       bool      // prove every pool by the whole ledger, too
}

// Compare looks at what Stripe made and what was recorded in a time, and at the ledger. Of what Stripe has
// listed, it keeps the ids in memory. When something could not be read there is no report.
func (c *Comparer) Compare(ctx context.Context, scope Scope) (Report, error) {
	r := &Report{Scope: scope}
	for _, part := range []func(context.Context, *Report) error{c.payments, c.reversals, c.ledger} {
		if err := part(ctx, r); err != nil {
			return Report{}, err
		}
	}
	return *r, nil
}

// payments compares both ways: what Stripe lists with what is recorded of it, and then what is recorded and
// was not on Stripe's list with what Stripe says of it.
func (c *Comparer) payments(ctx context.Context, r *Report) error {
	listed := map[string]bool{}
	window := stripe.Window{From: r.From, Until: r.Until}
	for page, err := range c.stripe.Intents(ctx, window, c.throttle) {
		if err != nil {
			return err
		}
		if err := c.paid(ctx, r, page, listed); err != nil {
			return err
		}
	}
	return c.store.eachPayment(ctx, r.From, r.Until, func(p payment) error {
		r.Payments++
		if listed[p.IntentID] {
			return nil
		}
		if err := c.throttle(ctx); err != nil {
			return err
		}
		intent, err := c.stripe.GetIntent(ctx, p.IntentID)
		if errors.Is(err, stripe.ErrMissing) {
			r.differ("payment_unknown_to_stripe", p.ID, "payment %s of account %s (%d cents): Stripe does not know %s", p.ID, p.AccountID, p.Amount, p.IntentID)
			return nil
		}
		if err == nil {
			r.comparePayment(p, intent)
		}
		return err
	})
}

func (c *Comparer) paid(ctx context.Context, r *Report, page []stripe.PaymentIntent, listed map[string]bool) error {
	var ids []string
	for _, intent := range page {
		ids = append(ids, intent.ID)
	}
	recorded, err := c.store.paymentsOf(ctx, ids)
	if err != nil {
		return err
	}
	for _, intent := range page {
		p, known := recorded[intent.ID]
		account := intent.Metadata[stripe.MetadataAccount]
		if !known && (account == "" || intent.Status != stripe.IntentSucceeded) {
			continue // not ours, or no money
		}
		r.Intents++
		listed[intent.ID] = true
		if !known {
			r.differ("payment_missing", intent.ID, "Stripe has taken %d %s from account %s with %s, and no payment is recorded", intent.AmountReceived, intent.Currency, account, intent.ID)
			continue
		}
		r.comparePayment(p, intent)
	}
	return nil
}

func (r *Report) comparePayment(p payment, intent stripe.PaymentIntent) {
	if intent.Status == stripe.IntentSucceeded && intent.AmountReceived == p.Amount && strings.EqualFold(intent.Currency, p.Currency) &&
		intent.Livemode == p.Livemode && intent.Metadata[stripe.MetadataAccount] == p.AccountID {
		return
	}
	r.differ("payment_differs", p.ID, "payment %s of account %s is %d %s (live: %t), and at Stripe %s is %s of account %q with %d %s (live: %t)",
		p.ID, p.AccountID, p.Amount, p.Currency, p.Livemode, intent.ID, intent.Status, intent.Metadata[stripe.MetadataAccount],
		intent.AmountReceived, intent.Currency, intent.Livemode)
}

func (c *Comparer) ledger(ctx context.Context, r *Report) error {
	found, err := c.store.ledgerDifferences(ctx, r.From, r.Pools)
	r.Differences = append(r.Differences, found...)
	return err
}
