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

// callTimeout bounds one call, including its retry.
const callTimeout = 10 * time.Second

// KeyLifetime is how long an idempotency key is relied on. Stripe may prune keys that are at least 24 hours old
// (https://docs.stripe.com/api/idempotent_requests); the result of an older request is looked up instead.
const KeyLifetime = 23 * time.Hour

// Client calls the API of one Stripe account. Its methods are safe for concurrent use. Their errors are ErrMissing,
// ErrRefused, or service_unavailable when a later retry may succeed.
type Client struct {
	api      *client.API
	livemode bool
}

// New returns a client with the given secret key. baseURL replaces Stripe's own URL unless it is empty.
func New(secretKey, baseURL string) (*Client, error) {
	livemode, err := Livemode(secretKey)
	if err != nil {
		return nil, err
	}
	cfg := &stripe.BackendConfig{
		HTTPClient:        &http.Client{Timeout: callTimeout},
		LeveledLogger:     &stripe.LeveledLogger{Level: stripe.LevelNull}, // errors are returned, and logged once
		MaxNetworkRetries: stripe.Int64(1),
		EnableTelemetry:   stripe.Bool(false),
	}
	if baseURL != "" {
		cfg.URL = stripe.String(baseURL)
	}
	api := stripe.GetBackendWithConfig(stripe.APIBackend, cfg)
	// The other two backends are never called. Setting them keeps the library from using its global defaults.
	return &Client{api: client.New(secretKey, &stripe.Backends{API: api, Connect: api, Uploads: api}), livemode: livemode}, nil
}

// Livemode reports whether secretKey moves real money. Anything but a secret or restricted key is an error.
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
