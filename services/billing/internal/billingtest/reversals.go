package billingtest

import (
	"net/http"
	"strings"
	"time"
)

// Refund adds a refund of a payment intent.
func (s *Stripe) Refund(intentID, id string, amount int64, status string) {
	s.reverse("refund", intentID, id, amount, status)
}

// Dispute adds a dispute about a payment intent.
func (s *Stripe) Dispute(intentID, id string, amount int64, status string) {
	s.reverse("dispute", intentID, id, amount, status)
}

func (s *Stripe) reverse(kind, intentID, id string, amount int64, status string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.reversals = append(s.reversals, Object{
		"id": id, "object": kind, "payment_intent": intentID, "charge": strings.Replace(intentID, "pi_", "ch_", 1),
		"amount": amount, "currency": "usd", "status": status, "created": time.Now().Unix(),
	})
}

// ChangeReversal changes a refund or dispute at Stripe.
func (s *Stripe) ChangeReversal(id string, change func(reversal Object)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	change(s.findReversal(id))
}

func (s *Stripe) findReversal(id string) Object {
	for _, r := range s.reversals {
		if r["id"] == id {
			return r
		}
	}
	return nil
}

func (s *Stripe) reversal(r *http.Request) Object { return s.findReversal(r.PathValue("id")) }

func (s *Stripe) listReversals(kind string) func(r *http.Request) Object {
	return func(r *http.Request) Object {
		found := []Object{}
		for _, one := range s.reversals {
			if intent := r.FormValue("payment_intent"); one["object"] == kind && (intent == "" || one["payment_intent"] == intent) {
				found = append(found, one)
			}
		}
		return pageOf(found, r)
	}
}

// charge returns the charge of the payment intent with the same suffix.
func (s *Stripe) charge(r *http.Request) Object {
	id := r.PathValue("id")
	intent := strings.Replace(id, "ch_", "pi_", 1)
	if s.find(intent) == nil {
		return nil
	}
	return Object{"id": id, "object": "charge", "payment_intent": intent}
}
