package main

import (
	"errors"

	"github.com/mintfax/mintfax/shared/config"
)

// Config is what the variants need beyond the gateway's own settings.
type Config struct {
	Batched  bool `env:"BENCH_BATCHED"`  // concurrent requests share a check
	Monolith bool `env:"BENCH_MONOLITH"` // the gateway looks keys up itself, without the broker

	// Of a monolith.
	DatabaseURL config.Secret `env:"DATABASE_URL"` // of auth's role
	KeyPepper   config.Key    `env:"KEY_PEPPER"`
	CheckSQL    string        `env:"CHECK_SQL"` // the file that auth embeds
	Connections int           `env:"DATABASE_CONNECTIONS" envDefault:"10"`
}

// Validate checks what the tags cannot express.
func (c *Config) Validate() error {
	if !c.Monolith {
		return nil
	}
	if c.DatabaseURL.Reveal() == "" || c.CheckSQL == "" {
		return errors.New("DATABASE_URL and CHECK_SQL are required")
	}
	if len(c.KeyPepper) < 32 || c.Connections < 1 {
		return errors.New("KEY_PEPPER must have at least 32 bytes, in base64, and DATABASE_CONNECTIONS be positive")
	}
	return nil
}
