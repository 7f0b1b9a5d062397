package config

import (
	"encoding"
	"encoding/base64"
	"errors"
	"fmt"

	"github.com/caarlos0/env/v11"
)

// Validator is a config that has rules beyond its field tags. It reports all violations at once.
type Validator interface {
	Validate() error
}

// Load fills a T by its `env` tags, from the environment and from the files of SETTINGS_DIR. It
// reports every missing or invalid setting in one error, so that an operator can fix all of them at once.
func Load[T any]() (T, error) {
	var cfg T
	found, err := given()
	if err != nil {
		return cfg, fmt.Errorf("configuration: %w", err)
	}
	problems := env.ParseWithOptions(&cfg, env.Options{Environment: found})
	if v, ok := any(&cfg).(Validator); ok {
		problems = errors.Join(problems, v.Validate())
	}
	if problems != nil {
		return cfg, fmt.Errorf("configuration: %w", problems)
	}
	return cfg, nil
}

// Secret is a setting that must not be printed. Formatting it shows only whether it is set.
type Secret string

func (s Secret) String() string {
	if s == "" {
		return "(not set)"
	}
	return "(set)"
}

// GoString keeps %#v from showing the value.
func (s Secret) GoString() string { return s.String() }

// MarshalText keeps encoders and loggers from showing the value.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// Reveal returns the value.
func (s Secret) Reveal() string { return string(s) }

// Key is a binary secret, encoded in standard base64.
type Key []byte

var _ encoding.TextUnmarshaler = (*Key)(nil)

// UnmarshalText decodes base64.
func (k *Key) UnmarshalText(text []byte) error {
	decoded, err := base64.StdEncoding.DecodeString(string(text))
	if err != nil {
		return errors.New("is not base64")
	}
	*k = decoded
	return nil
}

func (k Key) String() string { return fmt.Sprintf("(%d bytes)", len(k)) }

// GoString keeps %#v from showing the value.
func (k Key) GoString() string { return k.String() }

// MarshalText keeps encoders and loggers from showing the value.
func (k Key) MarshalText() ([]byte, error) { return []byte(k.String()), nil }
