package reconcile

import (
	"context"
	"errors"
	"iter"

	"github.com/mintfax/mintfax/services/billing/internal/reversal"
	"github.com/mintfax/mintfax/services/billing/internal/stripe"
)

// reversals compares refunds and disputes in both directions, as payments does.
func (c *Comparer) reversals(ctx context.Context, r *Report) error {
	listed := map[string]bool{}
	window := stripe.Window{From: r.From, Until: r.Until}
	for _, list := range []struct {
		pages iter.Seq2[[]stripe.Reversal, error]
		count *int
	}{
		{c.stripe.Refunds(ctx, window, c.throttle), &r.Refunds}, {c.stripe.Disputes(ctx, window, c.throttle), &r.Disputes},
	} {
		for page, err := range list.pages {
			if err != nil {
				return err
			}
			n, err := c.compareReversals(ctx, r, page, listed)
			if err != nil {
				return err
			}
			*list.count += n
		}
	}
	return c.store.eachReversal(ctx, r.From, r.Until, func(one record) error {
		r.Reversals++
		r.unapplied(one)
		if listed[one.ID] {
			return nil
		}
		if err := c.throttle(ctx); err != nil {
			return err
		}
		found, err := c.stripe.GetReversal(ctx, stripe.ReversalKind(one.Kind), one.ID)
		if errors.Is(err, stripe.ErrMissing) {
			r.differ(one.Kind+"_unknown_to_stripe", one.ID, "%s %s of %d %s: Stripe does not know it", one.Kind, one.ID, one.Amount, one.Currency)
			return nil
		}
		if err == nil {
			r.compareReversal(one, found)
		}
		return err
	})
}

// compareReversals compares one page with its records and returns how many belong to our payments.
func (c *Comparer) compareReversals(ctx context.Context, r *Report, page []stripe.Reversal, listed map[string]bool) (ours int, err error) {
	var ids, intents []string
	for _, found := range page {
		ids, intents = append(ids, found.ID), append(intents, found.IntentID)
	}
	recorded, err := c.store.recordsOf(ctx, ids)
	if err != nil {
		return 0, err
	}
	paid, err := c.store.paymentsOf(ctx, intents)
	if err != nil {
		return 0, err
	}
	for _, found := range page {
		one, known := recorded[found.ID]
		p, recordedPayment := paid[found.IntentID]
		switch {
		case known:
			r.compareReversal(one, found)
		case recordedPayment:
			r.differ(string(found.Kind)+"_missing", found.ID, "Stripe has the %s %s (%s) of %d %s of payment %s of account %s, and it is not recorded",
				found.Kind, found.ID, found.Status, found.Amount, found.Currency, p.ID, p.AccountID)
		default:
			continue // not ours, or its payment is missing as well
		}
		ours++
		listed[found.ID] = true
	}
	return ours, nil
}

func (r *Report) compareReversal(one record, found stripe.Reversal) {
	if one.Amount == found.Amount && one.Currency == found.Currency && one.IntentID == found.IntentID && reversal.SameStage(found.Kind, one.Status, found.Status) {
		return
	}
	r.differ(one.Kind+"_differs", one.ID, "%s %s is %s with %d %s, and at Stripe %s with %d %s",
		one.Kind, one.ID, one.Status, one.Amount, one.Currency, found.Status, found.Amount, found.Currency)
}

// unapplied reports a recorded reversal that has not reached the ledger.
func (r *Report) unapplied(one record) {
	switch {
	case !one.Due:
	case one.PaymentKnown:
		r.differ(one.Kind+"_not_applied", one.ID, "%s %s (%s) of %d %s has not reached the ledger", one.Kind, one.ID, one.Status, one.Amount, one.Currency)
	case one.Old:
		r.differ(one.Kind+"_waits", one.ID, "%s %s of %d %s waits for its payment %s, which is not recorded", one.Kind, one.ID, one.Amount, one.Currency, one.IntentID)
	}
}
