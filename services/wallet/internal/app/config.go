package app

import "github.com/mintfax/mintfax/shared/config"

// Config is what the wallet service reads from the environment.
type Config struct {
	DatabaseURL  config.Secret `env:"DATABASE_URL,required,notEmpty"`
	AMQPURL      config.Secret `env:"AMQP_URL,required,notEmpty"`
	InternalAddr string        `env:"INTERNAL_ADDR,required,notEmpty"`
	LogLevel     string        `env:"LOG_LEVEL" envDefault:"info"`
}
