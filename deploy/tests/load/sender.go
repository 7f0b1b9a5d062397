package load

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/mintfax/mintfax/deploy/stack/apiclient"
	"github.com/mintfax/mintfax/shared/ids"
)

// sender is an account that may send live faxes.
type sender struct {
	account apiclient.Account
	liveKey string
}

type senders []sender

const (
	sandboxNumber  = "+15005550001" // delivered at the first attempt
	activationWait = 30 * time.Second
)

func newEmail() string { return strings.ToLower(ids.Base62(16)) + "@traffic.example" }

func newSender(ctx context.Context, client *apiclient.Client) (sender, error) {
	account, err := client.Register(ctx, "Traffic", newEmail())
	if err != nil {
		return sender{}, err
	}
	key, err := client.CreateLiveKey(ctx, account)
	if err != nil {
		return sender{}, err
	}
	checkout, err := client.OpenCheckout(ctx, account, "scale")
	if err != nil {
		return sender{}, err
	}
	if answer, err := client.PayWith(ctx, checkout.URL, apiclient.CardPays); err != nil || answer.Status != http.StatusSeeOther {
		return sender{}, fmt.Errorf("pay: status %d, %w", answer.Status, err)
	}
	for end := time.Now().Add(activationWait); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		answer, err := client.Do(ctx, http.MethodGet, "/v1/environment", key, nil)
		if err == nil && answer.Status == http.StatusOK {
			return sender{account: account, liveKey: key}, nil
		}
	}
	return sender{}, fmt.Errorf("not activated within %s", activationWait)
}

// sendFax sends one fax, with as many retries as it takes: the idempotency key makes it one.
func (t *Traffic) sendFax(ctx context.Context, n int) {
	from := t.senders[n%len(t.senders)]
	key, to := from.account.TestKey, sandboxNumber
	if n%2 == 1 {
		key, to = from.liveKey, liveNumber(n)
	}
	idempotencyKey := ids.Base62(22)
	t.recordSent(idempotencyKey)
	t.retry(ctx, "POST /v1/faxes", func(ctx context.Context) (apiclient.Answer, error) {
		return t.client.SendFax(ctx, key, apiclient.Upload{To: to, FileName: "f.txt", File: []byte("hello\n")},
			apiclient.Header{Name: "Idempotency-Key", Value: idempotencyKey})
	}, func(answer apiclient.Answer) {
		var fax struct{ ID string }
		if err := answer.Decode(&fax); err != nil || answer.Status != http.StatusCreated {
			t.unexpected("POST /v1/faxes: status %d: %.200s", answer.Status, answer.Body)
			return
		}
		t.recordAccepted(idempotencyKey, fax.ID)
	})
}

func (t *Traffic) read(ctx context.Context, n int) {
	from := t.senders[n%len(t.senders)]
	t.retry(ctx, "GET /v1/environment", func(ctx context.Context) (apiclient.Answer, error) {
		return t.client.Do(ctx, http.MethodGet, "/v1/environment", from.liveKey, nil)
	}, func(answer apiclient.Answer) {
		if answer.Status != http.StatusOK {
			t.unexpected("GET /v1/environment with the key of an activated account: status %d", answer.Status)
		}
	})
}

// liveNumber is the number of the n-th fax. Faxes to one number go one after the other, and customers have many.
func liveNumber(n int) string { return fmt.Sprintf("+1212555%04d", 1000+n%9000) }
