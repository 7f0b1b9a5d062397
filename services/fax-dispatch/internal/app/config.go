package app

import (
	"crypto/ed25519"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"time"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/carrier"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/carrier/sinch"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/carrier/telnyx"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/fax"
	"github.com/mintfax/mintfax/shared/config"
	"github.com/mintfax/mintfax/shared/contract"
	"github.com/mintfax/mintfax/shared/service"
)

// Config holds the settings of the fax-dispatch service, read from the environment.
type Config struct {
	service.Settings

	StorageURL   config.Secret `env:"STORAGE_URL,required,notEmpty"`
	DocumentKey  config.Key    `env:"DOCUMENT_KEY,required,notEmpty"`
	LiveCarrier  string        `env:"LIVE_CARRIER,required,notEmpty"` // routes of live faxes, see carrier.Parse
	WatchdogAge  time.Duration `env:"WATCHDOG_AGE" envDefault:"2m"`   // after which unfinished work is enqueued again
	RatesFile    string        `env:"RATES_FILE"`                     // a CSV, see intake.LoadRates
	ConverterURL string        `env:"CONVERTER_URL"`                  // of cmd/converter; LibreOffice on this machine when empty
	Converters   int           `env:"CONVERTERS" envDefault:"1"`      // how many of them CONVERTER_URL leads to
	// NewAccountPerDay is what the live faxes of an account may cost on a day of its first week, in credits. The first purchase
	// may always be spent at once.
	NewAccountPerDay int64 `env:"NEW_ACCOUNT_CREDITS_PER_DAY" envDefault:"5000"`
	// DestinationPerHour is how many live faxes an account may send to one number in an hour.
	DestinationPerHour int `env:"DESTINATION_FAXES_PER_HOUR" envDefault:"60"`

	PublicURL string `env:"PUBLIC_URL"` // where Sinch reaches the gateway

	TelnyxKey        config.Secret `env:"TELNYX_API_KEY"`
	TelnyxConnection string        `env:"TELNYX_CONNECTION_ID"`
	TelnyxFrom       string        `env:"TELNYX_FROM"`
	TelnyxPublicKey  config.Key    `env:"TELNYX_PUBLIC_KEY"`
	TelnyxURL        string        `env:"TELNYX_API_URL" envDefault:"https://api.telnyx.com/v2"`

	SinchProject  string        `env:"SINCH_PROJECT_ID"`
	SinchKey      string        `env:"SINCH_KEY_ID"`
	SinchSecret   config.Secret `env:"SINCH_KEY_SECRET"`
	SinchFrom     string        `env:"SINCH_FROM"`
	SinchCallback config.Secret `env:"SINCH_CALLBACK_SECRET"` // the password of the URL that Sinch calls
	SinchURL      string        `env:"SINCH_API_URL" envDefault:"https://fax.api.sinch.com/v3"`

	Retry retrySettings

	routes  carrier.Routes
	retries fax.Retries
}

// Validate rejects routes by unknown or unconfigured carriers, and values out of range.
func (c *Config) Validate() error {
	var problems []error
	if c.LiveCarrier != "" {
		routes, err := carrier.ParseRoutes(c.LiveCarrier, liveCarriers())
		if err != nil {
			problems = append(problems, fmt.Errorf("LIVE_CARRIER: %w", err))
		}
		c.routes = routes
	}
	problems = append(problems, c.validateTelnyx(), c.validateSinch(), c.validateConverter())
	retries, err := c.Retry.parse()
	c.retries = retries
	problems = append(problems, err)
	if c.NewAccountPerDay < 1 || c.DestinationPerHour < 1 {
		problems = append(problems, errors.New("NEW_ACCOUNT_CREDITS_PER_DAY and DESTINATION_FAXES_PER_HOUR must be positive"))
	}
	if c.WatchdogAge <= 0 {
		problems = append(problems, errors.New("WATCHDOG_AGE must be positive"))
	}
	return errors.Join(problems...)
}

func (c *Config) validateTelnyx() error {
	if c.TelnyxKey == "" && !slices.Contains(c.routes.Carriers(), telnyx.Name) {
		return nil
	}
	if c.TelnyxKey == "" || c.TelnyxConnection == "" || !contract.IsE164(c.TelnyxFrom) || len(c.TelnyxPublicKey) != ed25519.PublicKeySize {
		return errors.New("telnyx needs TELNYX_API_KEY, TELNYX_CONNECTION_ID, TELNYX_FROM as E.164 and TELNYX_PUBLIC_KEY of 32 bytes in base64")
	}
	return nil
}

func (c *Config) validateSinch() error {
	const shortest = 24 // characters of the secret
	if c.SinchSecret == "" && !slices.Contains(c.routes.Carriers(), sinch.Name) {
		return nil
	}
	address, err := url.Parse(c.PublicURL)
	if c.SinchSecret == "" || c.SinchProject == "" || c.SinchKey == "" || !contract.IsE164(c.SinchFrom) ||
		len(c.SinchCallback) < shortest || err != nil || address.Host == "" {
		return fmt.Errorf("sinch needs SINCH_PROJECT_ID, SINCH_KEY_ID, SINCH_KEY_SECRET, SINCH_FROM as E.164, "+
			"SINCH_CALLBACK_SECRET of at least %d characters and PUBLIC_URL", shortest)
	}
	return nil
}

// maxConverters is how many converters one fax-dispatch can keep busy.
const maxConverters = 64

func (c *Config) validateConverter() error {
	at, err := url.Parse(c.ConverterURL)
	if c.ConverterURL != "" && (err != nil || at.Scheme != "http" && at.Scheme != "https" || at.Host == "") {
		return errors.New("CONVERTER_URL must be an http or https URL, as http://converter:9200")
	}
	if c.Converters < 1 || c.Converters > maxConverters {
		return fmt.Errorf("CONVERTERS must be from 1 to %d", maxConverters)
	}
	return nil
}
