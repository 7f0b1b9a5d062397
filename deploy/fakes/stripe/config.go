package stripe

import (
	"log/slog"
	"strings"
	"time"
)

// Config is what an emulator needs to know. What may be left out is said.
type Config struct {
	PublicURL     string       // where browsers and clients reach it
	SecretKey     string       // sk_test_...; the only key that is accepted, and without one none is
	WebhookURL    string       // where events go; empty: nowhere
	WebhookSecret string       // signs them
	Log           *slog.Logger // nil: silent

	Deliveries int           // at the same time; 0 means 16
	RetryDelay time.Duration // before the second delivery, doubling up to 30 s; 0 means 1 s
	// Now is the clock of objects, signatures and expiry; nil means time.Now.
	Now func() time.Time
}

const (
	longestDelay    = 30 * time.Second
	deliveryTimeout = 20 * time.Second
	expireEvery     = time.Second
)

func (c Config) withDefaults() Config {
	c.PublicURL = strings.TrimRight(c.PublicURL, "/")
	if c.Deliveries == 0 {
		c.Deliveries = 16
	}
	if c.RetryDelay == 0 {
		c.RetryDelay = time.Second
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	return c
}
