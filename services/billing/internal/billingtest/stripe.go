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

// Key is the secret key that the fake accepts: a test key.
const Key = "sk_test_billing"

// Object is a JSON object of Stripe's API.
type Object map[string]any

// Stripe is a fake that answers the requests of billing. Tests set the state of its objects.
type Stripe struct {
	server *httptest.Server

	mu            sync.Mutex
	sessions      map[string]Object
	customers     []Object
	intents       []Object
	reversals     []Object          // refunds and disputes
	events        []Object          // undelivered, oldest first
	declines      map[string]string // decline codes by payment method
	processing    bool              // charges are neither made nor declined
	cards         map[string]string // the customer that a payment method is attached to
	replays       map[string]replay // by idempotency key
	refusesDetach bool              // no card is detached
	status        int               // when not zero, the response to every request
	failNext      int               // when not zero, the response to the next request
	losing        bool              // responses to POSTs are lost
	reads         int
	posts         []url.Values

	beforeAnswer func(intentID string)
}

// replay is the first request with a key and its response.
type replay struct {
	form   string
	status int
	answer Object
}

// NewStripe starts a fake that stops with the test.
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

// Client returns a client of the fake.
func (s *Stripe) Client(t *testing.T) *stripe.Client {
	client, err := stripe.New(Key, s.server.URL)
	require.NoError(t, err)
	return client
}

// URL returns the address of the fake.
func (s *Stripe) URL() string { return s.server.URL }

// Fail answers every request with that HTTP status; zero ends it.
func (s *Stripe) Fail(status int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.status = status
}

// FailNext answers the next request with that HTTP status.
func (s *Stripe) FailNext(status int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.failNext = status
}

// LoseResponses drops the responses to POSTs after they took effect; false ends it.
func (s *Stripe) LoseResponses(on bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.losing = on
}

// PruneKeys forgets all idempotency keys, as Stripe does after a day.
func (s *Stripe) PruneKeys() {
	s.mu.Lock()
	defer s.mu.Unlock()
	clear(s.replays)
}

// Reads returns the number of GET requests.
func (s *Stripe) Reads() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.reads
}

// LastPost returns the form of the last POST, with its idempotency key.
func (s *Stripe) LastPost() url.Values {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.posts[len(s.posts)-1]
}

// create executes a POST once per idempotency key. A key with other parameters is an error.
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
			s.mu.Unlock() // do sends requests to the fake
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
	w.Header().Set("Stripe-Should-Retry", "false") // keeps failing tests from waiting for a retry
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(problem("invalid_request_error"))
}

func problem(kind string) Object {
	return Object{"error": Object{"type": kind, "message": "someone@example.com"}}
}

// metadataOf returns the metadata of a form.
func metadataOf(form url.Values) Object {
	metadata := Object{}
	for name, values := range form {
		if key, ok := strings.CutPrefix(name, "metadata["); ok {
			metadata[strings.TrimSuffix(key, "]")] = values[0]
		}
	}
	return metadata
}
