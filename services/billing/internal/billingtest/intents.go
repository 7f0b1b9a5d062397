package billingtest

import (
	"cmp"
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"
)

// Decline makes charges of a card fail with a decline code; the empty string ends it.
func (s *Stripe) Decline(card, code string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.declines[card] = code
}

// KeepProcessing leaves charges neither made nor declined; false ends it.
func (s *Stripe) KeepProcessing(on bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.processing = on
}

// Charges returns the number of successful charges of saved cards.
func (s *Stripe) Charges() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := 0
	for _, intent := range s.intents {
		if intent["status"] == "succeeded" {
			n++
		}
	}
	return n
}

// LastIntent returns the id of the newest payment intent.
func (s *Stripe) LastIntent() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	id, _ := s.intents[len(s.intents)-1]["id"].(string)
	return id
}

// ChangeIntent changes a payment intent at Stripe.
func (s *Stripe) ChangeIntent(id string, change func(intent Object)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	change(s.find(id))
}

// BeforeResponse runs do after the next charge is made and before its response is sent.
func (s *Stripe) BeforeResponse(do func(intentID string)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.beforeAnswer = do
}

// find returns an intent of a charge or of a session.
func (s *Stripe) find(id string) Object {
	for _, intent := range s.intents {
		if intent["id"] == id {
			return intent
		}
	}
	for _, session := range s.sessions {
		if intent, ok := session["payment_intent"].(Object); ok && intent["id"] == id {
			return intent
		}
	}
	return nil
}

func (s *Stripe) newIntent(form url.Values, n int) (int, Object) {
	card := form.Get("payment_method")
	if form.Get("confirm") != "true" || form.Get("off_session") != "true" || s.cards[card] == "" || s.cards[card] != form.Get("customer") {
		return http.StatusBadRequest, problem("invalid_request_error")
	}
	id := fmt.Sprintf("pi_%d", n)
	intent := Object{
		"id": id, "object": "payment_intent", "livemode": false, "amount": json.Number(form.Get("amount")), "amount_received": 0,
		"currency": form.Get("currency"), "customer": form.Get("customer"), "metadata": metadataOf(form),
		"created": time.Now().Unix(),
	}
	s.intents = append(s.intents, intent)
	if code := s.declines[card]; code != "" {
		return decline(intent, code)
	}
	if s.processing {
		intent["status"] = "processing"
		return http.StatusOK, intent
	}
	Succeed(intent)
	return http.StatusOK, intent
}

// Succeed puts an intent into the state after its card was charged.
func Succeed(intent Object) {
	intent["status"], intent["amount_received"], intent["last_payment_error"] = "succeeded", intent["amount"], nil
	intent["latest_charge"] = Object{"id": fmt.Sprint("ch_", intent["id"]), "object": "charge", "receipt_url": fmt.Sprint("https://stripe.example/receipts/", intent["id"])}
}

func decline(intent Object, code string) (int, Object) {
	failure := Object{"type": "card_error", "code": "card_declined", "decline_code": code, "message": "someone@example.com"}
	if code == "authentication_required" {
		failure["code"] = code
	}
	intent["status"], intent["last_payment_error"] = "requires_payment_method", failure
	failed := Object{"payment_intent": intent}
	for name, value := range failure {
		failed[name] = value
	}
	return http.StatusPaymentRequired, Object{"error": failed}
}

func (s *Stripe) intent(r *http.Request) Object { return s.find(r.PathValue("id")) }

// listIntents lists the intents of charges and of sessions.
func (s *Stripe) listIntents(r *http.Request) Object {
	found := []Object{}
	all := slices.Clone(s.intents)
	for _, session := range s.sessions {
		if intent, ok := session["payment_intent"].(Object); ok {
			all = append(all, intent)
		}
	}
	for _, intent := range all {
		if customer := r.FormValue("customer"); customer == "" || intent["customer"] == customer {
			found = append(found, intent)
		}
	}
	return pageOf(found, r)
}

// pageOf returns a page of the objects in the requested range of creation times, newest first.
func pageOf(all []Object, r *http.Request) Object {
	from, _ := strconv.ParseInt(r.FormValue("created[gte]"), 10, 64)
	until, err := strconv.ParseInt(r.FormValue("created[lte]"), 10, 64)
	if err != nil {
		until = math.MaxInt64
	}
	id := func(o Object) string { text, _ := o["id"].(string); return text }
	created := func(o Object) int64 { at, _ := o["created"].(int64); return at }
	slices.SortFunc(all, func(a, b Object) int { return cmp.Or(cmp.Compare(created(b), created(a)), cmp.Compare(id(b), id(a))) })
	found, after := []Object{}, r.FormValue("starting_after")
	for _, o := range all {
		switch {
		case after != "":
			if id(o) == after {
				after = ""
			}
		case created(o) >= from && created(o) <= until:
			found = append(found, o)
		}
	}
	page := listOf(found)
	if limit, _ := strconv.Atoi(r.FormValue("limit")); len(found) > limit {
		page["data"], page["has_more"] = found[:limit], true
	}
	return page
}
