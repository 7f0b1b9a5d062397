package traffic

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/mintfax/mintfax/deploy/apiclient"
)

const pause = 300 * time.Millisecond

// insist asks until there is an answer other than "try again", and gives it to then. An answer to try
// again is as the API promises it: 503 with Retry-After, or that the first try is still running.
func (t *Traffic) insist(ctx context.Context, what string, ask func(context.Context) (apiclient.Answer, error), then func(apiclient.Answer)) {
	for end := time.Now().Add(t.patience); ; time.Sleep(pause) {
		answer, err := ask(ctx)
		if err == nil && !t.again(what, answer) {
			then(answer)
			return
		}
		if err != nil {
			t.failed(what, err.Error())
		}
		if time.Now().After(end) {
			t.unexpected("%s: no answer within %s, at last status %d, %v", what, t.patience, answer.Status, err)
			return
		}
	}
}

func (t *Traffic) again(what string, answer apiclient.Answer) bool {
	switch {
	case answer.Status == http.StatusServiceUnavailable:
		if answer.Header.Get("Retry-After") == "" {
			t.unexpected("%s: a 503 without Retry-After", what)
		}
	case answer.Status == http.StatusConflict && answer.ErrorCode() == "idempotency_key_in_progress":
	default:
		return false
	}
	t.putOff(fmt.Sprintf("%s: %d", what, answer.Status))
	return true
}
