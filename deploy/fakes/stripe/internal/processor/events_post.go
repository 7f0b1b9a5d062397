package processor

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/mintfax/mintfax/deploy/fakes/stripe/control"
)

const keptOfAnswer = 1 << 10

// newClient follows no redirect: to Stripe that is a failure, too.
func newClient(timeout time.Duration) *http.Client {
	return &http.Client{
		Timeout:   timeout,
		Transport: &http.Transport{MaxIdleConnsPerHost: 8, IdleConnTimeout: time.Minute},
		CheckRedirect: func(*http.Request, []*http.Request) error {
			return http.ErrUseLastResponse
		},
	}
}

// post sends a body, signed at this moment, and returns what the endpoint said.
func (l *Log) post(body []byte, signature control.Signature) control.Attempt {
	now := l.now()
	attempt := control.Attempt{At: now}
	request, err := http.NewRequestWithContext(l.ctx, http.MethodPost, l.endpoint.URL, bytes.NewReader(body))
	if err != nil {
		attempt.Error = err.Error()
		return attempt
	}
	request.Header.Set("Content-Type", "application/json; charset=utf-8")
	request.Header.Set("User-Agent", "Stripe/1.0 (+https://stripe.com/docs/webhooks)")
	if !signature.Omit {
		request.Header.Set("Stripe-Signature", l.sign(body, now, signature))
	}
	response, err := l.client.Do(request)
	if err != nil {
		attempt.Error = err.Error()
		return attempt
	}
	defer response.Body.Close()
	attempt.Status = response.StatusCode
	answer, err := io.ReadAll(io.LimitReader(response.Body, keptOfAnswer))
	if err != nil {
		attempt.Error = err.Error()
	}
	attempt.Body = string(answer)
	return attempt
}

func (l *Log) sign(body []byte, now time.Time, s control.Signature) string {
	if s.Header != "" {
		return s.Header
	}
	secret := l.endpoint.Secret
	if s.Secret != "" {
		secret = s.Secret
	}
	at := now.Unix() + s.OffsetSeconds
	mac := hmac.New(sha256.New, []byte(secret))
	fmt.Fprintf(mac, "%d.", at)
	mac.Write(body)
	return fmt.Sprintf("t=%d,v1=%x", at, mac.Sum(nil))
}
