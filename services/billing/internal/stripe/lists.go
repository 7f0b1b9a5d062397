package stripe

import (
	"context"
	"iter"
	"time"

	"github.com/stripe/stripe-go/v76"
)

// Window is a range of creation times at Stripe, both ends included, in whole seconds.
type Window struct {
	From, Until time.Time
}

func (w Window) created() *stripe.RangeQueryParams {
	return &stripe.RangeQueryParams{GreaterThanOrEqual: w.From.Unix(), LesserThanOrEqual: w.Until.Unix()}
}

// Throttle blocks until the next request of a list may be sent.
type Throttle func(context.Context) error

// Intents iterates over the pages of all payment intents of a window, newest first.
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

// Refunds iterates over the pages of all refunds of a window, newest first.
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

// Disputes iterates over the pages of all disputes of a window, newest first.
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

// GetReversal reads the current state of a refund or a dispute.
func (c *Client) GetReversal(ctx context.Context, kind ReversalKind, id string) (Reversal, error) {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
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

// pages requests page after page. It yields the first error and stops.
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
			limited, cancel := context.WithTimeout(ctx, callTimeout)
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
