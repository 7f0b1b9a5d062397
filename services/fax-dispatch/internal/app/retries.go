package app

import (
	"errors"
	"fmt"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/fax"
)

// retrySettings are the retry policies of live faxes, by failure class; see fax.ParsePolicy. fax.Failures says which failures
// follow them.
type retrySettings struct {
	Busy        string `env:"RETRY_BUSY" envDefault:"3m,5m,10m tries=5 within=4h"`
	NoAnswer    string `env:"RETRY_NO_ANSWER" envDefault:"5m,15m tries=5 within=4h"` // an absent receiver stays absent longer
	LineQuality string `env:"RETRY_LINE_QUALITY" envDefault:"1m,3m tries=5 within=4h"`
	CallDropped string `env:"RETRY_CALL_DROPPED" envDefault:"1m,3m tries=5 within=4h"`
	Timeout     string `env:"RETRY_TIMEOUT" envDefault:"5m,15m tries=3 within=4h"` // each attempt takes a whole call
	CarrierAway string `env:"RETRY_CARRIER_AWAY" envDefault:"30s growth=2 tries=12 within=1h"`
}

// Retries returns the policies of a validated Config.
func (c *Config) Retries() fax.Retries { return c.retries }

func (s retrySettings) parse() (fax.Retries, error) {
	var retries fax.Retries
	var problems []error
	for _, setting := range []struct {
		name, value string
		into        *fax.Policy
	}{
		{"RETRY_BUSY", s.Busy, &retries.Busy},
		{"RETRY_NO_ANSWER", s.NoAnswer, &retries.NoAnswer},
		{"RETRY_LINE_QUALITY", s.LineQuality, &retries.LineQuality},
		{"RETRY_CALL_DROPPED", s.CallDropped, &retries.CallDropped},
		{"RETRY_TIMEOUT", s.Timeout, &retries.Timeout},
		{"RETRY_CARRIER_AWAY", s.CarrierAway, &retries.CarrierAway},
	} {
		policy, err := fax.ParsePolicy(setting.value)
		if err != nil {
			problems = append(problems, fmt.Errorf("%s: %w", setting.name, err))
		}
		*setting.into = policy
	}
	return retries, errors.Join(problems...)
}
