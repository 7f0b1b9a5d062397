package stripe

import (
	"context"
	"iter"
	"time"

	"github.com/stripe/stripe-go/v76"
)

// Event is a Stripe event: something happened to an object.
type Event struct {
	ID        string
	Type      string
	Livemode  bool
	Object    string // the object's type
	ObjectID  string
	CreatedAt time.Time
}

// Undelivered iterates over the pages of events of these types since then that no endpoint has accepted, newest first.
// Stripe keeps events for 30 days (https://docs.stripe.com/webhooks/process-undelivered-events).
func (c *Client) Undelivered(ctx context.Context, since time.Time, types []string, throttle Throttle) iter.Seq2[[]Event, error] {
	return pages(ctx, throttle, func(ctx context.Context, after *string) (page []Event, last string, more bool, err error) {
		params := &stripe.EventListParams{
			DeliverySuccess: stripe.Bool(false), Types: stripe.StringSlice(types),
			CreatedRange: &stripe.RangeQueryParams{GreaterThanOrEqual: since.Unix()},
		}
		params.Context, params.Limit, params.Single, params.StartingAfter = ctx, stripe.Int64(100), true, after
		list := c.api.Events.List(params)
		for list.Next() {
			page, last = append(page, eventOf(list.Event())), list.Event().ID
		}
		return page, last, list.Meta().HasMore, classify("list undelivered events", list.Err())
	})
}

func eventOf(e *stripe.Event) Event {
	found := Event{ID: e.ID, Type: string(e.Type), Livemode: e.Livemode, CreatedAt: time.Unix(e.Created, 0).UTC()}
	if e.Data != nil {
		found.Object, _ = e.Data.Object["object"].(string)
		found.ObjectID, _ = e.Data.Object["id"].(string)
	}
	return found
}
