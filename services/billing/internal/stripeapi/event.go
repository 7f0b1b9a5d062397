package stripeapi

import (
	"context"
	"time"

	"github.com/stripe/stripe-go/v76"
)

// Event is a note of Stripe that something happened to an object.
type Event struct {
	ID        string
	Type      string
	Livemode  bool
	Object    string // what kind of thing it is about
	ObjectID  string
	CreatedAt time.Time
}

// ListUndelivered reads the events of these types since then that no endpoint has accepted, newest first.
// Stripe keeps events for 30 days (https://docs.stripe.com/webhooks/process-undelivered-events). before is
// called ahead of each request.
func (c *Client) ListUndelivered(ctx context.Context, since time.Time, types []string, before func(context.Context) error) ([]Event, error) {
	var found []Event
	last := ""
	for {
		if err := before(ctx); err != nil {
			return nil, err
		}
		page, more, err := c.undeliveredPage(ctx, since, types, last)
		if err != nil {
			return nil, err
		}
		found = append(found, page...)
		if !more || len(page) == 0 {
			return found, nil
		}
		last = page[len(page)-1].ID
	}
}

func (c *Client) undeliveredPage(ctx context.Context, since time.Time, types []string, last string) (page []Event, more bool, err error) {
	ctx, cancel := context.WithTimeout(ctx, callLimit)
	defer cancel()
	params := &stripe.EventListParams{
		DeliverySuccess: stripe.Bool(false),
		Types:           stripe.StringSlice(types),
		CreatedRange:    &stripe.RangeQueryParams{GreaterThanOrEqual: since.Unix()},
	}
	params.Context, params.Limit, params.Single = ctx, stripe.Int64(100), true
	if last != "" {
		params.StartingAfter = stripe.String(last)
	}
	list := c.api.Events.List(params)
	for list.Next() {
		page = append(page, eventOf(list.Event()))
	}
	if err := list.Err(); err != nil {
		return nil, false, classify("list undelivered events", err)
	}
	return page, list.Meta().HasMore, nil
}

func eventOf(e *stripe.Event) Event {
	found := Event{ID: e.ID, Type: string(e.Type), Livemode: e.Livemode, CreatedAt: time.Unix(e.Created, 0).UTC()}
	if e.Data != nil {
		found.Object, _ = e.Data.Object["object"].(string)
		found.ObjectID, _ = e.Data.Object["id"].(string)
	}
	return found
}
