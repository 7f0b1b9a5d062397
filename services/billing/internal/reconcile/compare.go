package reconcile

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/mintfax/mintfax/services/billing/internal/stripe"
)

// Comparer compares billing's records with Stripe and with the ledger.
type Comparer struct {
	store    Store
	stripe   *stripe.Client
	throttle stripe.Throttle
}

// New returns a comparer that calls throttle before each request to Stripe.
func New(store Store, client *stripe.Client, throttle stripe.Throttle) *Comparer {
	return &Comparer{store: store, stripe: client, throttle: throttle}
}

// Scope selects what to compare.
type Scope struct {
	From, Until time.Time // creation times
	Pools       bool      // recompute every pool from the whole ledger as well
}

// Compare compares what Stripe and billing recorded within the scope, and the ledger. It keeps the ids of the listed
// objects in memory. If anything cannot be read there is no report.
func (c *Comparer) Compare(ctx context.Context, scope Scope) (Report, error) {
	r := &Report{Scope: scope}
	for _, part := range []func(context.Context, *Report) error{c.payments, c.reversals, c.ledger} {
		if err := part(ctx, r); err != nil {
			return Report{}, err
		}
	}
	return *r, nil
}

// payments compares in both directions: each payment intent on Stripe's list with its record, and then each recorded
// payment that was not on the list with its intent at Stripe.
func (c *Comparer) payments(ctx context.Context, r *Report) error {
	listed := map[string]bool{}
	window := stripe.Window{From: r.From, Until: r.Until}
	for page, err := range c.stripe.Intents(ctx, window, c.throttle) {
		if err != nil {
			return err
		}
		if err := c.compareIntents(ctx, r, page, listed); err != nil {
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

func (c *Comparer) compareIntents(ctx context.Context, r *Report, page []stripe.PaymentIntent, listed map[string]bool) error {
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
			continue // not ours, or not paid
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
