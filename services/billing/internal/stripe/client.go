package stripe

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/stripe/stripe-go/v76"
	"github.com/stripe/stripe-go/v76/client"
)

// callLimit bounds one call, its retry included.
const callLimit = 10 * time.Second

// KeyLife is how long an idempotency key is relied on. Stripe forgets keys that are at least 24 hours old
// (https://docs.stripe.com/api/idempotent_requests); an older request is looked for, not repeated.
const KeyLife = 23 * time.Hour

// Client speaks to one Stripe account. Its methods may be used concurrently. Their errors are
// ErrMissing, ErrRefused, or service_unavailable when asking again later may help.
type Client struct {
	api      *client.API
	livemode bool
}

// New returns a client with the given secret key. baseURL replaces Stripe's own address unless it is
// empty.
func New(secretKey, baseURL string) (*Client, error) {
	livemode, err := Livemode(secretKey)
	if err != nil {
		return nil, err
	}
	cfg := &stripe.BackendConfig{
		HTTPClient:        &http.Client{Timeout: callLimit},
		LeveledLogger:     &stripe.LeveledLogger{Level: stripe.LevelNull}, // errors are returned, and logged once
		MaxNetworkRetries: stripe.Int64(1),
		EnableTelemetry:   stripe.Bool(false),
	}
	if baseURL != "" {
		cfg.URL = stripe.String(baseURL)
	}
	api := stripe.GetBackendWithConfig(stripe.APIBackend, cfg)
	// The other two backends are never called; given here, they cannot fall back to the package's globals.
	return &Client{api: client.New(secretKey, &stripe.Backends{API: api, Connect: api, Uploads: api}), livemode: livemode}, nil
}

// Livemode reports whether secretKey moves real money. It refuses what is not a secret or restricted key.
func Livemode(secretKey string) (bool, error) {
	for prefix, livemode := range map[string]bool{"sk_test_": false, "rk_test_": false, "sk_live_": true, "rk_live_": true} {
		if rest, ok := strings.CutPrefix(secretKey, prefix); ok && rest != "" {
			return livemode, nil
		}
	}
	return false, errors.New("is not a secret key of Stripe: it begins with sk_test_, rk_test_, sk_live_ or rk_live_")
}

// Livemode reports whether this client moves real money.
func (c *Client) Livemode() bool { return c.livemode }

func (c *Client) params(ctx context.Context, idempotencyKey string) stripe.Params {
	params := stripe.Params{Context: ctx}
	if idempotencyKey != "" {
		params.SetIdempotencyKey(idempotencyKey)
	}
	return params
}
