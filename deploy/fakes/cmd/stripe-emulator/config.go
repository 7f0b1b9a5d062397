package main

import (
	"errors"
	"fmt"
	"net/url"
	"strings"

	"github.com/mintfax/mintfax/shared/config"
)

// settings are read from the environment.
type settings struct {
	Addr          string        `env:"EMULATOR_ADDR,required,notEmpty"`
	PublicURL     string        `env:"EMULATOR_PUBLIC_URL,required,notEmpty"`
	SecretKey     config.Secret `env:"EMULATOR_SECRET_KEY,required,notEmpty"`
	WebhookURL    string        `env:"EMULATOR_WEBHOOK_URL,required,notEmpty"`
	WebhookSecret config.Secret `env:"EMULATOR_WEBHOOK_SECRET,required,notEmpty"`
	StateFile     string        `env:"EMULATOR_STATE_FILE"` // everything is forgotten at the end when empty
	LogLevel      string        `env:"LOG_LEVEL" envDefault:"info"`
}

// Validate refuses real keys: they are meant for Stripe, not for the emulator.
func (s *settings) Validate() error {
	var problems []error
	if key := s.SecretKey.Reveal(); key != "" && !strings.HasPrefix(key, "sk_test_") {
		problems = append(problems, errors.New("EMULATOR_SECRET_KEY does not begin with sk_test_"))
	}
	for name, text := range map[string]string{"EMULATOR_PUBLIC_URL": s.PublicURL, "EMULATOR_WEBHOOK_URL": s.WebhookURL} {
		parsed, err := url.Parse(text)
		if text != "" && (err != nil || (parsed.Scheme != "http" && parsed.Scheme != "https") || parsed.Host == "") {
			problems = append(problems, fmt.Errorf("%s is not an http or https URL", name))
		}
	}
	return errors.Join(problems...)
}
