package load

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strconv"
	"time"

	"github.com/mintfax/mintfax/deploy/stack/apiclient"
)

// Customers wait for as long as Retry-After says, then twice that, and so on, give or take some.
const (
	minBackoff = time.Second
	maxBackoff = 8 * time.Second
)

// retry sends a request until its answer is final, and passes that to then.
func (t *Traffic) retry(ctx context.Context, what string, ask func(context.Context) (apiclient.Answer, error), then func(apiclient.Answer)) {
	end := time.Now().Add(t.retryTimeout)
	for pause := minBackoff; ; pause = min(2*pause, maxBackoff) {
		answer, err := ask(ctx)
		if err == nil && !t.again(what, answer) {
			then(answer)
			return
		}
		if err != nil {
			t.recordLost(what, err.Error())
		}
		if time.Now().After(end) {
			t.unexpected("%s: no answer within %s, at last status %d, %v", what, t.retryTimeout, answer.Status, err)
			return
		}
		time.Sleep(jittered(pause))
	}
}

// jittered is half of d to one and a half of it.
func jittered(d time.Duration) time.Duration {
	return d/2 + rand.N(d) //nolint:gosec // it only spreads customers
}

// again reports whether an answer says to try again, as the API promises it: 503 with Retry-After, over
// a limit, or that the first try is still running.
func (t *Traffic) again(what string, answer apiclient.Answer) bool {
	switch {
	case answer.Status == http.StatusServiceUnavailable:
		if answer.Header.Get("Retry-After") == "" {
			t.unexpected("%s: a 503 without Retry-After", what)
		}
	case answer.Status == http.StatusTooManyRequests && retryAfter(answer) <= time.Minute:
	case answer.Status == http.StatusConflict && answer.ErrorCode() == "idempotency_key_in_progress":
	default:
		return false
	}
	t.retried(fmt.Sprintf("%s: %d", what, answer.Status))
	return true
}

func retryAfter(answer apiclient.Answer) time.Duration {
	seconds, err := strconv.Atoi(answer.Header.Get("Retry-After"))
	if err != nil {
		return 0
	}
	return time.Duration(seconds) * time.Second
}
