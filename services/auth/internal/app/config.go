package app

import (
	"errors"
	"net/url"
	"strings"

	"github.com/mintfax/mintfax/services/auth/internal/mail"
	"github.com/mintfax/mintfax/shared/config"
	"github.com/mintfax/mintfax/shared/service"
)

// Config holds the settings of the auth service, read from the environment.
type Config struct {
	service.Settings

	PublicURL   string        `env:"PUBLIC_URL,required,notEmpty"`
	KeyPepper   config.Key    `env:"KEY_PEPPER,required"`
	SandboxSeed int64         `env:"SANDBOX_SEED" envDefault:"10000"`
	SMTPURL     config.Secret `env:"SMTP_URL"`
	MailDir     string        `env:"MAIL_DIR"`
	MailFrom    string        `env:"MAIL_FROM,required,notEmpty"`
}

// Validate checks what the tags cannot express, and trims trailing slashes from PublicURL.
func (c *Config) Validate() error {
	var problems []error
	if len(c.KeyPepper) < 32 {
		problems = append(problems, errors.New("KEY_PEPPER must have at least 32 bytes, in base64"))
	}
	if (c.SMTPURL == "") == (c.MailDir == "") {
		problems = append(problems, errors.New("set SMTP_URL, or for development MAIL_DIR, and not both"))
	}
	if c.SandboxSeed < 0 {
		problems = append(problems, errors.New("SANDBOX_SEED must not be negative"))
	}
	c.PublicURL = strings.TrimRight(c.PublicURL, "/")
	at, err := url.Parse(c.PublicURL)
	if err != nil || (at.Scheme != "http" && at.Scheme != "https") || at.Host == "" {
		problems = append(problems, errors.New("PUBLIC_URL is not an http or https URL"))
	}
	return errors.Join(append(problems, mail.CheckFrom(c.MailFrom))...)
}
