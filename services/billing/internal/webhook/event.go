package webhook

import (
	"encoding/json"
	"errors"
)

// event is all that is read of an event.
type event struct {
	ID       string
	Type     string
	Livemode bool
	Object   string // what kind of thing it is about
	ObjectID string
}

const maxName = 255

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
	if max(len(e.ID), len(e.Type), len(e.Object), len(e.ObjectID)) > maxName {
		return event{}, errors.New("the event has an endless name")
	}
	e.Livemode = *raw.Livemode
	return e, nil
}

// subject is what an event asks to look at.
type subject int

const (
	nothing  subject = iota
	aSession         // a Checkout Session that came to an end
	anIntent         // a payment intent that came to an end
	aCharge          // a charge of which money went back
	aRefund
	aDispute
)

// subjects are the events that are acted on.
func subjects() map[string]subject {
	return map[string]subject{
		"checkout.session.completed": aSession, "checkout.session.async_payment_succeeded": aSession,
		"checkout.session.async_payment_failed": aSession, "checkout.session.expired": aSession,
		"payment_intent.succeeded": anIntent, "payment_intent.payment_failed": anIntent, "payment_intent.canceled": anIntent,
		"charge.refunded": aCharge, "charge.refund.updated": aRefund,
		"refund.created": aRefund, "refund.updated": aRefund, "refund.failed": aRefund,
		"charge.dispute.created": aDispute, "charge.dispute.updated": aDispute, "charge.dispute.closed": aDispute,
		"charge.dispute.funds_withdrawn": aDispute, "charge.dispute.funds_reinstated": aDispute,
	}
}

// subject is nothing for events that ask for nothing, and for those whose object is not what their type says.
func (e event) subject() subject {
	objects := map[subject]string{
		aSession: "checkout.session", anIntent: "payment_intent", aCharge: "charge", aRefund: "refund", aDispute: "dispute",
	}
	asked := subjects()[e.Type]
	if e.Object != objects[asked] {
		return nothing
	}
	return asked
}
