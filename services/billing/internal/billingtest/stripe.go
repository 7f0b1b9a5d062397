package billingtest

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/services/billing/internal/stripe"
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
	customers []Object
	intents   []Object
	reversals []Object          // refunds and disputes
	events    []Object          // that were not delivered, oldest first
	declines  map[string]string // the code by payment method
	stalled   bool              // when true, charges are neither made nor declined
	cards     map[string]string // the customer that a payment method is attached to
	replays   map[string]replay // by idempotency key
	holding   bool              // when true, no card is let go
	status    int               // when not zero, the answer to everything
	failNext  int               // when not zero, the answer to the next request
	losing    bool              // when true, answers to POSTs are lost
	reads     int
	posts     []url.Values

	beforeAnswer func(intentID string)
}

// replay is what the first request with a key said and was answered.
type replay struct {
	form   string
	status int
	answer Object
}

// NewStripe starts a fake that ends with the test.
func NewStripe(t *testing.T) *Stripe {
	s := &Stripe{sessions: map[string]Object{}, cards: map[string]string{}, declines: map[string]string{}, replays: map[string]replay{}}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /v1/customers", s.create(s.newCustomer))
	mux.HandleFunc("GET /v1/customers", s.read(s.listCustomers))
	mux.HandleFunc("POST /v1/checkout/sessions", s.create(s.newSession))
	mux.HandleFunc("GET /v1/checkout/sessions/{id}", s.read(s.session))
	mux.HandleFunc("POST /v1/payment_intents", s.create(s.newIntent))
	mux.HandleFunc("GET /v1/payment_intents", s.read(s.listIntents))
	mux.HandleFunc("GET /v1/payment_intents/{id}", s.read(s.intent))
	mux.HandleFunc("GET /v1/events", s.read(s.undelivered))
	mux.HandleFunc("GET /v1/charges/{id}", s.read(s.charge))
	mux.HandleFunc("GET /v1/refunds", s.read(s.listReversals("refund")))
	mux.HandleFunc("GET /v1/refunds/{id}", s.read(s.reversal))
	mux.HandleFunc("GET /v1/disputes", s.read(s.listReversals("dispute")))
	mux.HandleFunc("GET /v1/disputes/{id}", s.read(s.reversal))
	mux.HandleFunc("GET /v1/payment_methods/{id}", s.read(s.card))
	mux.HandleFunc("POST /v1/payment_methods/{id}/detach", s.detach)
	s.server = httptest.NewServer(mux)
	t.Cleanup(s.server.Close)
	return s
}

// Client returns an adapter that speaks to the fake.
func (s *Stripe) Client(t *testing.T) *stripe.Client {
	client, err := stripe.New(Key, s.server.URL)
	require.NoError(t, err)
	return client
}

// URL is where the fake listens.
func (s *Stripe) URL() string { return s.server.URL }

// Fail makes every answer have that HTTP status; zero ends it.
func (s *Stripe) Fail(status int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.status = status
}

// FailNext makes the next answer have that HTTP status.
func (s *Stripe) FailNext(status int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.failNext = status
}

// LoseResponses has the answers of requests that do something get lost, after it is done; false ends it.
func (s *Stripe) LoseResponses(on bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.losing = on
}

// PruneKeys does what Stripe does after a day.
func (s *Stripe) PruneKeys() {
	s.mu.Lock()
	defer s.mu.Unlock()
	clear(s.replays)
}

// Reads is how often something was read.
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

// create answers a POST, once for an idempotency key. A key that comes with other words is refused.
func (s *Stripe) create(make func(form url.Values, n int) (int, Object)) http.HandlerFunc {
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
		key, form := r.Header.Get("Idempotency-Key"), r.URL.Path+"?"+r.PostForm.Encode()
		r.PostForm.Set("idempotency_key", key)
		s.posts = append(s.posts, r.PostForm)
		first, done := s.replays[key]
		if !done {
			first.form = form
			first.status, first.answer = make(r.PostForm, len(s.posts))
			s.replays[key] = first
		}
		if first.form != form {
			first = replay{status: http.StatusBadRequest, answer: Object{"error": Object{"type": "idempotency_error"}}}
		}
		if s.losing {
			panic(http.ErrAbortHandler)
		}
		if do := s.beforeAnswer; do != nil && len(s.intents) > 0 {
			s.beforeAnswer = nil
			id, _ := s.intents[len(s.intents)-1]["id"].(string)
			s.mu.Unlock() // do asks the fake itself
			do(id)
			s.mu.Lock()
		}
		w.WriteHeader(first.status)
		_ = json.NewEncoder(w).Encode(first.answer)
	}
}

func (s *Stripe) read(find func(r *http.Request) Object) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.reads++
		if s.refuses(w, r) {
			return
		}
		found := find(r)
		if found == nil {
			answerError(w, http.StatusNotFound)
			return
		}
		_ = json.NewEncoder(w).Encode(found)
	}
}

func (s *Stripe) refuses(w http.ResponseWriter, r *http.Request) bool {
	failNext := s.failNext
	s.failNext = 0
	switch {
	case failNext != 0:
		answerError(w, failNext)
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
	_ = json.NewEncoder(w).Encode(problem("invalid_request_error"))
}

func problem(kind string) Object {
	return Object{"error": Object{"type": kind, "message": "someone@example.com"}}
}

// metadataOf reads what a form says under metadata.
func metadataOf(form url.Values) Object {
	metadata := Object{}
	for name, values := range form {
		if key, ok := strings.CutPrefix(name, "metadata["); ok {
			metadata[strings.TrimSuffix(key, "]")] = values[0]
		}
	}
	return metadata
}
