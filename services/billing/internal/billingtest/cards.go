package billingtest

import (
	"encoding/json"
	"net/http"
)

// Attached reports whether a payment method has a customer.
func (s *Stripe) Attached(card string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.cards[card] != ""
}

// Detach detaches a card without a request of ours.
func (s *Stripe) Detach(card string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.cards[card] = ""
}

// RefuseDetach makes Stripe refuse to detach cards; false ends it.
func (s *Stripe) RefuseDetach(on bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.refusesDetach = on
}

func (s *Stripe) card(r *http.Request) Object {
	id := r.PathValue("id")
	customer, known := s.cards[id]
	if !known {
		return nil
	}
	card := Object{"id": id, "object": "payment_method", "type": "card", "customer": nil}
	if customer != "" {
		card["customer"] = customer
	}
	return card
}

func (s *Stripe) detach(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	id := r.PathValue("id")
	customer, known := s.cards[id]
	switch {
	case s.refuses(w, r):
	case !known:
		answerError(w, http.StatusNotFound)
	case customer == "" || s.refusesDetach:
		answerError(w, http.StatusBadRequest)
	default:
		s.cards[id] = ""
		if s.losing {
			panic(http.ErrAbortHandler)
		}
		_ = json.NewEncoder(w).Encode(s.card(r))
	}
}

// DeleteCard makes a card unknown to Stripe.
func (s *Stripe) DeleteCard(card string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.cards, card)
}
