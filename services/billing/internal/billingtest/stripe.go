package billingtest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/services/billing/internal/stripeapi"
)

// Key is the secret key that the fake accepts, a test key as Stripe's are.
const Key = "sk_test_billing"

// Object is a JSON object as Stripe shows it.
type Object map[string]any

// Stripe answers the few requests of billing. What a session looks like is for the test to say.
type Stripe struct {
	server *httptest.Server

	mu        sync.Mutex
	sessions  map[string]Object
	replays   map[string]Object // by idempotency key
	status    int               // when not zero, the answer to everything
	customers int
	reads     int
	posts     []url.Values
}

// NewStripe starts a fake that ends with the test.
func NewStripe(t *testing.T) *Stripe {
	s := &Stripe{sessions: map[string]Object{}, replays: map[string]Object{}}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /v1/customers", s.create(func(_ url.Values, n int) Object {
		s.customers++
		return Object{"id": fmt.Sprintf("cus_%d", n), "object": "customer"}
	}))
	mux.HandleFunc("POST /v1/checkout/sessions", s.create(s.newSession))
	mux.HandleFunc("GET /v1/checkout/sessions/{id}", s.read)
	s.server = httptest.NewServer(mux)
	t.Cleanup(s.server.Close)
	return s
}

// Client returns an adapter that speaks to the fake.
func (s *Stripe) Client(t *testing.T) *stripeapi.Client {
	client, err := stripeapi.New(Key, s.server.URL)
	require.NoError(t, err)
	return client
}

// URL is where the fake listens.
func (s *Stripe) URL() string { return s.server.URL }

// Pay makes a session what Stripe shows after its card was charged, or saved when it is a setup.
func (s *Stripe) Pay(id string) {
	s.Change(id, func(session Object) {
		session["status"] = "complete"
		visa := Object{"brand": "visa", "last4": "4242", "exp_month": 12, "exp_year": 2034}
		card := Object{"id": "pm_" + id, "object": "payment_method", "type": "card", "card": visa}
		if session["mode"] == "setup" {
			session["payment_status"] = "no_payment_required"
			session["setup_intent"] = Object{"id": "seti_" + id, "object": "setup_intent", "status": "succeeded", "payment_method": card}
			return
		}
		session["payment_status"] = "paid"
		charge := Object{"id": "ch_" + id, "object": "charge", "receipt_url": "https://stripe.example/receipts/" + id}
		session["payment_intent"] = Object{"id": "pi_" + id, "object": "payment_intent", "status": "succeeded", "payment_method": card, "latest_charge": charge}
	})
}

// Change lets a test say what Stripe shows of a session.
func (s *Stripe) Change(id string, change func(session Object)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	change(s.sessions[id])
}

// Peek is what Stripe shows of a session. Only for use within Change or when nothing else is running.
func (s *Stripe) Peek(id string) Object { return s.sessions[id] }

// Forget makes a session unknown to Stripe.
func (s *Stripe) Forget(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.sessions, id)
}

// Fail makes every answer have that HTTP status; zero ends it.
func (s *Stripe) Fail(status int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.status = status
}

// Customers is how many customers there are.
func (s *Stripe) Customers() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.customers
}

// CustomerPosts is how often a customer was asked for, the same one again included.
func (s *Stripe) CustomerPosts() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := 0
	for _, form := range s.posts {
		if strings.HasPrefix(form.Get("idempotency_key"), "customer:") {
			n++
		}
	}
	return n
}

// Reads is how often a session was read.
func (s *Stripe) Reads() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.reads
}

// LastPost is the form of the last request that made something, with its idempotency key.
func (s *Stripe) LastPost() url.Values {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.posts[len(s.posts)-1]
}

func (s *Stripe) newSession(form url.Values, n int) Object {
	id := fmt.Sprintf("cs_test_%d", n)
	metadata := Object{}
	for name, values := range form {
		if key, ok := strings.CutPrefix(name, "metadata["); ok {
			metadata[strings.TrimSuffix(key, "]")] = values[0]
		}
	}
	session := Object{
		"id": id, "object": "checkout.session", "url": "https://checkout.example/" + id, "livemode": false,
		"expires_at": time.Now().Add(24 * time.Hour).Unix(), "status": "open", "payment_status": "unpaid",
		"mode": form.Get("mode"), "customer": form.Get("customer"), "client_reference_id": form.Get("client_reference_id"),
		"metadata": metadata,
	}
	if session["mode"] == "payment" {
		session["currency"] = form.Get("line_items[0][price_data][currency]")
		session["amount_total"] = json.Number(form.Get("line_items[0][price_data][unit_amount]"))
	} else {
		session["payment_status"] = "no_payment_required"
	}
	s.sessions[id] = session
	return session
}

// create answers a POST, once for an idempotency key.
func (s *Stripe) create(make func(form url.Values, n int) Object) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.refuses(w, r) {
			return
		}
		if err := r.ParseForm(); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		key := r.Header.Get("Idempotency-Key")
		r.PostForm.Set("idempotency_key", key)
		s.posts = append(s.posts, r.PostForm)
		if _, done := s.replays[key]; !done {
			s.replays[key] = make(r.PostForm, len(s.posts))
		}
		_ = json.NewEncoder(w).Encode(s.replays[key])
	}
}

func (s *Stripe) read(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.reads++
	if s.refuses(w, r) {
		return
	}
	session, ok := s.sessions[r.PathValue("id")]
	if !ok {
		answerError(w, http.StatusNotFound)
		return
	}
	_ = json.NewEncoder(w).Encode(session)
}

func (s *Stripe) refuses(w http.ResponseWriter, r *http.Request) bool {
	switch {
	case s.status != 0:
		answerError(w, s.status)
	case r.Header.Get("Authorization") != "Bearer "+Key:
		answerError(w, http.StatusUnauthorized)
	case r.Header.Get("Stripe-Version") != "2023-10-16":
		answerError(w, http.StatusBadRequest)
	default:
		return false
	}
	return true
}

func answerError(w http.ResponseWriter, status int) {
	w.Header().Set("Stripe-Should-Retry", "false") // a failing test need not wait for a retry
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(Object{"error": Object{"type": "invalid_request_error", "message": "someone@example.com"}})
}
