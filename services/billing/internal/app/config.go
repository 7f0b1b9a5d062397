package app

import (
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"time"

	"github.com/mintfax/mintfax/services/billing/internal/purchase"
	"github.com/mintfax/mintfax/services/billing/internal/stripe"
	"github.com/mintfax/mintfax/shared/config"
	"github.com/mintfax/mintfax/shared/service"
)

// Config is the configuration of the billing service, read from the environment.
type Config struct {
	service.Settings

	StripeKey      config.Secret      `env:"STRIPE_SECRET_KEY,required,notEmpty"`
	WebhookSecrets []config.Secret    `env:"STRIPE_WEBHOOK_SECRETS,required,notEmpty"`
	StripeURL      string             `env:"STRIPE_API_URL"`
	PublicURL      string             `env:"PUBLIC_URL,required,notEmpty"`
	SweepInterval  time.Duration      `env:"SWEEP_INTERVAL" envDefault:"10s"`
	SweepAge       time.Duration      `env:"SWEEP_AGE" envDefault:"1m"`
	Packages       purchase.Catalogue `env:"CREDIT_PACKAGES"`

	MissedEventsInterval time.Duration `env:"MISSED_EVENTS_INTERVAL" envDefault:"5m"`
	ReconcileInterval    time.Duration `env:"RECONCILE_INTERVAL" envDefault:"1h"`
	ReconcileWindow      time.Duration `env:"RECONCILE_WINDOW" envDefault:"72h"`
	PaymentMethods       []string      `env:"STRIPE_PAYMENT_METHODS" envDefault:"card"`
}

// Validate rejects settings that could misdirect money or let an event be forged.
func (c *Config) Validate() error {
	c.PublicURL = strings.TrimRight(c.PublicURL, "/")
	if c.Packages.IsZero() {
		c.Packages = purchase.DefaultCatalogue()
	}
	return errors.Join(c.checkStripe(), c.checkSecrets(), checkURL("PUBLIC_URL", c.PublicURL), c.checkSweep(), c.checkMethods())
}

func (c *Config) checkStripe() error {
	livemode, err := stripe.Livemode(c.StripeKey.Reveal())
	if err != nil {
		return fmt.Errorf("STRIPE_SECRET_KEY %w", err)
	}
	if c.StripeURL == "" {
		return nil
	}
	if livemode {
		return errors.New("STRIPE_API_URL together with a live STRIPE_SECRET_KEY: a key that moves money goes to Stripe alone")
	}
	return checkURL("STRIPE_API_URL", c.StripeURL)
}

// checkSecrets rejects an empty secret, with which anyone could sign events.
func (c *Config) checkSecrets() error {
	if len(c.WebhookSecrets) == 0 {
		return errors.New("STRIPE_WEBHOOK_SECRETS has no secret")
	}
	for i, secret := range c.WebhookSecrets {
		if strings.TrimSpace(secret.Reveal()) != secret.Reveal() || secret.Reveal() == "" {
			return fmt.Errorf("STRIPE_WEBHOOK_SECRETS: secret %d is empty or has a space around it", i+1)
		}
	}
	return nil
}

func (c *Config) checkSweep() error {
	if c.SweepInterval <= 0 || c.SweepAge <= 0 || c.MissedEventsInterval <= 0 || c.ReconcileInterval <= 0 || c.ReconcileWindow <= 0 {
		return errors.New("SWEEP_INTERVAL, SWEEP_AGE, MISSED_EVENTS_INTERVAL, RECONCILE_INTERVAL and RECONCILE_WINDOW are positive durations")
	}
	return nil
}

// checkMethods rejects values that cannot be a Stripe payment method type.
func (c *Config) checkMethods() error {
	for _, method := range c.PaymentMethods {
		if !regexp.MustCompile(`^[a-z][a-z0-9_]*$`).MatchString(method) {
			return fmt.Errorf("STRIPE_PAYMENT_METHODS: %q is not a payment method", method)
		}
	}
	if len(c.PaymentMethods) == 0 {
		return errors.New("STRIPE_PAYMENT_METHODS has no payment method")
	}
	return nil
}

func checkURL(name, text string) error {
	parsed, err := url.Parse(text)
	if err != nil || (parsed.Scheme != "http" && parsed.Scheme != "https") || parsed.Host == "" {
		return fmt.Errorf("%s is not an http or https URL", name)
	}
	return nil
}

func (c *Config) secrets() []string {
	secrets := make([]string, len(c.WebhookSecrets))
	for i, secret := range c.WebhookSecrets {
		secrets[i] = secret.Reveal()
	}
	return secrets
}
