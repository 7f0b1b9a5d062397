package api

import (
	"net/http"
	"sync"
	"time"

	"github.com/mintfax/mintfax/deploy/fakes/stripe/internal/processor"
)

const (
	keyLifetime = 24 * time.Hour
	maxKey      = 255
)

// Response is what a request was answered.
type Response struct {
	Status    int
	Body      []byte
	RequestID string
	Replayed  bool
	// Forget says that nothing was done, so that the key may be used again.
	Forget bool
}

// Keys remembers answers by key.
type Keys struct {
	now func() time.Time

	mu   sync.Mutex
	uses map[string]*keyUse
}

type keyUse struct {
	endpoint, params string
	began            time.Time
	done             bool
	answer           Response
}

// NewKeys returns Keys that knows none.
func NewKeys(now func() time.Time) *Keys { return &Keys{now: now, uses: map[string]*keyUse{}} }

// Do runs a request, or returns the answer that it had under the same key within the last day. An
// empty key stores nothing. The request passes its answer to keep while its effects are still locked
// done, so that no snapshot has the one without the other.
func (k *Keys) Do(key, endpoint, params string, run func(keep func(Response))) (answer Response, problem *processor.Error) {
	if key == "" {
		run(func(a Response) { answer = a })
		return answer, nil
	}
	if len(key) > maxKey {
		return Response{}, processor.IdempotencyError("Idempotency keys must be at most %d characters.", maxKey)
	}
	earlier, mine, problem := k.begin(key, endpoint, params)
	if problem != nil || mine == nil {
		return earlier, problem
	}
	defer func() {
		if !mine.done || answer.Forget {
			k.forget(key)
		}
	}()
	run(func(a Response) {
		k.mu.Lock()
		defer k.mu.Unlock()
		answer, mine.done, mine.answer = a, true, a
	})
	return answer, nil
}

// begin returns a fresh use, or else the answer of an earlier one.
func (k *Keys) begin(key, endpoint, params string) (Response, *keyUse, *processor.Error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	earlier, ok := k.uses[key]
	if !ok || (earlier.done && k.now().Sub(earlier.began) >= keyLifetime) {
		mine := &keyUse{endpoint: endpoint, params: params, began: k.now()}
		k.uses[key] = mine
		return Response{}, mine, nil
	}
	if earlier.endpoint != endpoint {
		return Response{}, nil, processor.IdempotencyError("Keys for idempotent requests can only be used for the same endpoint they were first "+
			"used for ('%s' vs '%s'). Try using a key other than '%s' if you meant to execute a different request.",
			endpoint, earlier.endpoint, key)
	}
	if earlier.params != params {
		return Response{}, nil, processor.IdempotencyError("Keys for idempotent requests can only be used with the same parameters they were first "+
			"used with. Try using a key other than '%s' if you meant to execute a different request.", key)
	}
	if !earlier.done {
		return Response{}, nil, processor.RequestError(http.StatusConflict, "idempotency_key_in_use", "There is currently another in-progress "+
			"request using this Idempotent Key (that probably means you submitted twice, and the other request is still going "+
			"through): %s. Please try again later.", key)
	}
	answer := earlier.answer
	answer.Replayed = true
	return answer, nil, nil
}

func (k *Keys) forget(key string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	delete(k.uses, key)
}
