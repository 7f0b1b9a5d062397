package app

import (
	"errors"
	"time"

	"github.com/mintfax/mintfax/shared/service"
)

// Config holds the settings of the wallet service, read from the environment.
type Config struct {
	service.Settings

	HoldExpiry    time.Duration `env:"HOLD_EXPIRY" envDefault:"24h"`    // how long a hold may be open before it is checked
	ProofInterval time.Duration `env:"PROOF_INTERVAL" envDefault:"24h"` // how often the pools are reconciled with the ledger
}

// Validate checks what the tags cannot express.
func (c *Config) Validate() error {
	if c.HoldExpiry <= 0 || c.ProofInterval <= 0 {
		return errors.New("HOLD_EXPIRY and PROOF_INTERVAL must be positive")
	}
	return nil
}
