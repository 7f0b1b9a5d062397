package app

import (
	"errors"
	"fmt"
	"time"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/carrier/loopback"
	"github.com/mintfax/mintfax/shared/config"
)

// Config is what the fax-dispatch service reads from the environment.
type Config struct {
	DatabaseURL  config.Secret   `env:"DATABASE_URL,required,notEmpty"`
	AMQPURL      config.Secret   `env:"AMQP_URL,required,notEmpty"`
	InternalAddr string          `env:"INTERNAL_ADDR,required,notEmpty"`
	LogLevel     string          `env:"LOG_LEVEL" envDefault:"info"`
	StorageURL   config.Secret   `env:"STORAGE_URL,required,notEmpty"`
	DocumentKey  config.Key      `env:"DOCUMENT_KEY,required,notEmpty"`
	LiveCarrier  string          `env:"LIVE_CARRIER,required,notEmpty"` // who sends live faxes
	RetryDelays  []time.Duration `env:"RETRY_DELAYS" envDefault:"1s,5s,30s,2m"`
	WatchdogAge  time.Duration   `env:"WATCHDOG_AGE" envDefault:"2m"` // how long an attempt may take before it is looked after
}

// Validate refuses carriers that do not exist and times that make no sense.
func (c *Config) Validate() error {
	var problems []error
	if c.LiveCarrier != "" && c.LiveCarrier != loopback.Name {
		problems = append(problems, fmt.Errorf("LIVE_CARRIER: there is no carrier %q; there is %q", c.LiveCarrier, loopback.Name))
	}
	for _, delay := range c.RetryDelays {
		if delay <= 0 {
			problems = append(problems, errors.New("RETRY_DELAYS must be positive"))
		}
	}
	if c.WatchdogAge <= 0 {
		problems = append(problems, errors.New("WATCHDOG_AGE must be positive"))
	}
	return errors.Join(problems...)
}
