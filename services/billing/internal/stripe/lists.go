package stripe

import (
	"context"
	"iter"
	"time"

	"github.com/stripe/stripe-go/v76"
)

// Window is a span of time in which something was made at Stripe, both ends included, in whole seconds.
type Window struct {
	From, Until time.Time
}

func (w Window) created() *stripe.RangeQueryParams {
	return &stripe.RangeQueryParams{GreaterThanOrEqual: w.From.Unix(), LesserThanOrEqual: w.Until.Unix()}
}

// Throttle blocks until the next request of a list may be sent.
type Throttle func(context.Context) error

// Intents are all payment intents of a window, newest first, a page at a time.
func (c *Client) Intents(ctx context.Context, w Window, throttle Throttle) iter.Seq2[[]PaymentIntent, error] {
	return pages(ctx, throttle, func(ctx context.Context, after *string) (page []PaymentIntent, last string, more bool, err error) {
		params := &stripe.PaymentIntentListParams{CreatedRange: w.created()}
		params.Context, params.Limit, params.Single, params.StartingAfter = ctx, stripe.Int64(100), true, after
		params.AddExpand("data.latest_charge")
		list := c.api.PaymentIntents.List(params)
		for list.Next() {
			page, last = append(page, intentOf(list.PaymentIntent())), list.PaymentIntent().ID
		}
		return page, last, list.Meta().HasMore, classify("list payment intents", list.Err())
	})
}

// Refunds are all refunds of a window, newest first, a page at a time.
func (c *Client) Refunds(ctx context.Context, w Window, throttle Throttle) iter.Seq2[[]Reversal, error] {
	return pages(ctx, throttle, func(ctx context.Context, after *string) (page []Reversal, last string, more bool, err error) {
		params := &stripe.RefundListParams{CreatedRange: w.created()}
		params.Context, params.Limit, params.Single, params.StartingAfter = ctx, stripe.Int64(100), true, after
		list := c.api.Refunds.List(params)
		for list.Next() {
			page, last = append(page, refundOf(list.Refund())), list.Refund().ID
		}
		return page, last, list.Meta().HasMore, classify("list refunds", list.Err())
	})
}

// Disputes are all disputes of a window, newest first, a page at a time.
func (c *Client) Disputes(ctx context.Context, w Window, throttle Throttle) iter.Seq2[[]Reversal, error] {
	return pages(ctx, throttle, func(ctx context.Context, after *string) (page []Reversal, last string, more bool, err error) {
		params := &stripe.DisputeListParams{CreatedRange: w.created()}
		params.Context, params.Limit, params.Single, params.StartingAfter = ctx, stripe.Int64(100), true, after
		list := c.api.Disputes.List(params)
		for list.Next() {
			page, last = append(page, disputeOf(list.Dispute())), list.Dispute().ID
		}
		return page, last, list.Meta().HasMore, classify("list disputes", list.Err())
	})
}

// GetReversal reads a refund or a dispute as it is now.
func (c *Client) GetReversal(ctx context.Context, kind ReversalKind, id string) (Reversal, error) {
	ctx, cancel := context.WithTimeout(ctx, callLimit)
	defer cancel()
	if kind == Dispute {
		found, err := c.api.Disputes.Get(id, &stripe.DisputeParams{Params: c.params(ctx, "")})
		if err != nil {
			return Reversal{}, classify("read a dispute", err)
		}
		return disputeOf(found), nil
	}
	found, err := c.api.Refunds.Get(id, &stripe.RefundParams{Params: c.params(ctx, "")})
	if err != nil {
		return Reversal{}, classify("read a refund", err)
	}
	return refundOf(found), nil
}

// pages asks page after page until there are no more, or with the error ends at the first that fails.
func pages[T any](
	ctx context.Context, throttle Throttle, ask func(ctx context.Context, after *string) (page []T, last string, more bool, err error),
) iter.Seq2[[]T, error] {
	return func(yield func([]T, error) bool) {
		var after *string
		for {
			if err := throttle(ctx); err != nil {
				yield(nil, err)
				return
			}
			limited, cancel := context.WithTimeout(ctx, callLimit)
			page, last, more, err := ask(limited, after)
			cancel()
			if err != nil {
				yield(nil, err)
				return
			}
			if !yield(page, nil) || !more || len(page) == 0 {
				return
			}
			after = &last
		}
	}
}
