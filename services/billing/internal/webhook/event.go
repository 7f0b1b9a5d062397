package webhook

import (
	"encoding/json"
	"errors"
)

// event is the part of a Stripe event that is read.
type event struct {
	ID       string
	Type     string
	Livemode bool
	Object   string // the object's type
	ObjectID string
}

const maxFieldLength = 255

func parseEvent(body []byte) (event, error) {
	var raw struct {
		ID       string `json:"id"`
		Type     string `json:"type"`
		Livemode *bool  `json:"livemode"`
		Data     struct {
			Object struct {
				ID     string `json:"id"`
				Object string `json:"object"`
			} `json:"object"`
		} `json:"data"`
	}
	if err := json.Unmarshal(body, &raw); err != nil {
		return event{}, errors.New("the event is not JSON of the expected shape")
	}
	e := event{ID: raw.ID, Type: raw.Type, Object: raw.Data.Object.Object, ObjectID: raw.Data.Object.ID}
	if e.ID == "" || e.Type == "" || raw.Livemode == nil {
		return event{}, errors.New("the event lacks its id, type or livemode")
	}
	if max(len(e.ID), len(e.Type), len(e.Object), len(e.ObjectID)) > maxFieldLength {
		return event{}, errors.New("the event has a field that is too long")
	}
	e.Livemode = *raw.Livemode
	return e, nil
}

// subject is the kind of object that an event makes us read.
type subject int

const (
	none    subject = iota
	session         // a Checkout Session that ended
	intent          // a payment intent that ended
	charge          // a charge that was refunded
	refund
	dispute
)

// subjects maps the event types that are handled.
func subjects() map[string]subject {
	return map[string]subject{
		"checkout.session.completed": session, "checkout.session.async_payment_succeeded": session,
		"checkout.session.async_payment_failed": session, "checkout.session.expired": session,
		"payment_intent.succeeded": intent, "payment_intent.payment_failed": intent, "payment_intent.canceled": intent,
		"charge.refunded": charge, "charge.refund.updated": refund,
		"refund.created": refund, "refund.updated": refund, "refund.failed": refund,
		"charge.dispute.created": dispute, "charge.dispute.updated": dispute, "charge.dispute.closed": dispute,
		"charge.dispute.funds_withdrawn": dispute, "charge.dispute.funds_reinstated": dispute,
	}
}

// subject returns none for event types that are not handled, and for objects that do not match their event type.
func (e event) subject() subject {
	objects := map[subject]string{
		session: "checkout.session", intent: "payment_intent", charge: "charge", refund: "refund", dispute: "dispute",
	}
	wanted := subjects()[e.Type]
	if e.Object != objects[wanted] {
		return none
	}
	return wanted
}
