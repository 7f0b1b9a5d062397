package monolith

import (
	"errors"

	"github.com/mintfax/mintfax/shared/config"
)

// Config is what a gateway that judges keys itself needs beyond the gateway's own settings.
type Config struct {
	DatabaseURL config.Secret `env:"DATABASE_URL,required,notEmpty"` // of auth's role
	KeyPepper   config.Key    `env:"KEY_PEPPER,required"`
	CheckSQL    string        `env:"CHECK_SQL,required,notEmpty"` // the file that auth embeds
	Connections int           `env:"DATABASE_CONNECTIONS" envDefault:"10"`
}

// Validate holds what the tags cannot say.
func (c *Config) Validate() error {
	if len(c.KeyPepper) < 32 || c.Connections < 1 {
		return errors.New("KEY_PEPPER must have at least 32 bytes, in base64, and DATABASE_CONNECTIONS be positive")
	}
	return nil
}
