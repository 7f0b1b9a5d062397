package billingtest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"time"
)

// Pay puts a session into the state after its card was charged, or saved for a setup.
func (s *Stripe) Pay(id string) {
	s.ChangeSession(id, func(session Object) {
		session["status"] = "complete"
		visa := Object{"brand": "visa", "last4": "4242", "exp_month": 12, "exp_year": 2034}
		s.cards["pm_"+id], _ = session["customer"].(string)
		card := Object{"id": "pm_" + id, "object": "payment_method", "type": "card", "card": visa}
		if session["mode"] == "setup" {
			session["payment_status"] = "no_payment_required"
			session["setup_intent"] = Object{"id": "seti_" + id, "object": "setup_intent", "status": "succeeded", "payment_method": card}
			return
		}
		session["payment_status"] = "paid"
		charge := Object{"id": "ch_" + id, "object": "charge", "receipt_url": "https://stripe.example/receipts/" + id}
		session["payment_intent"] = Object{
			"id": "pi_" + id, "object": "payment_intent", "status": "succeeded", "payment_method": card, "latest_charge": charge, "metadata": session["metadata"],
			"created": time.Now().Unix(), "amount": session["amount_total"], "amount_received": session["amount_total"], "currency": session["currency"],
			"customer": session["customer"], "livemode": session["livemode"],
		}
	})
}

// ChangeSession changes a session at Stripe.
func (s *Stripe) ChangeSession(id string, change func(session Object)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	change(s.sessions[id])
}

// Session returns a session. Use it only within ChangeSession or when no request is running.
func (s *Stripe) Session(id string) Object { return s.sessions[id] }

// DeleteSession makes a session unknown to Stripe.
func (s *Stripe) DeleteSession(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.sessions, id)
}

func (s *Stripe) newSession(form url.Values, n int) (int, Object) {
	id := fmt.Sprintf("cs_test_%d", n)
	session := Object{
		"id": id, "object": "checkout.session", "url": "https://checkout.example/" + id, "livemode": false,
		"expires_at": time.Now().Add(24 * time.Hour).Unix(), "status": "open", "payment_status": "unpaid",
		"mode": form.Get("mode"), "customer": form.Get("customer"), "client_reference_id": form.Get("client_reference_id"),
		"metadata": metadataOf(form),
	}
	if session["mode"] == "payment" {
		session["currency"] = form.Get("line_items[0][price_data][currency]")
		session["amount_total"] = json.Number(form.Get("line_items[0][price_data][unit_amount]"))
	} else {
		session["payment_status"] = "no_payment_required"
	}
	s.sessions[id] = session
	return http.StatusOK, session
}

func (s *Stripe) session(r *http.Request) Object { return s.sessions[r.PathValue("id")] }
