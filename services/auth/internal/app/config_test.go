package app

import (
	"encoding/base64"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/shared/config"
)

func setEnvironment(t *testing.T, changes map[string]string) {
	settings := map[string]string{
		"DATABASE_URL": "postgres://127.0.0.1/x", "AMQP_URL": "amqp://127.0.0.1", "INTERNAL_ADDR": "127.0.0.1:0", "LOG_LEVEL": "debug",
		"PUBLIC_URL": "https://fax.example.com/", "KEY_PEPPER": base64.StdEncoding.EncodeToString([]byte(strings.Repeat("p", 32))),
		"SANDBOX_SEED": "10000", "SMTP_URL": "", "MAIL_DIR": t.TempDir(), "MAIL_FROM": "mintfax <no-reply@example.com>",
	}
	for name, value := range changes {
		settings[name] = value
	}
	for name, value := range settings {
		t.Setenv(name, value)
	}
}

func TestACompleteConfigurationIsValid(t *testing.T) {
	setEnvironment(t, nil)
	cfg, err := config.Load[Config]()
	require.NoError(t, err)
	require.Equal(t, "https://fax.example.com", cfg.PublicURL)
	require.EqualValues(t, 10_000, cfg.SandboxSeed)
}

func TestAnInsecureOrIncompleteConfigurationIsRejected(t *testing.T) {
	short := base64.StdEncoding.EncodeToString([]byte(strings.Repeat("p", 31)))
	for name, changes := range map[string]map[string]string{
		"KEY_PEPPER":    {"KEY_PEPPER": short},
		"pepper":        {"KEY_PEPPER": ""},
		"KeyPepper":     {"KEY_PEPPER": "not base64!"},
		"neither":       {"MAIL_DIR": ""},
		"both":          {"SMTP_URL": "smtp://h"},
		"MAIL_FROM":     {"MAIL_FROM": "nobody"},
		"PUBLIC_URL":    {"PUBLIC_URL": "fax.example.com"},
		"SANDBOX_SEED":  {"SANDBOX_SEED": "-1"},
		"DATABASE_URL":  {"DATABASE_URL": ""},
		"AMQP_URL":      {"AMQP_URL": ""},
		"INTERNAL_ADDR": {"INTERNAL_ADDR": ""},
	} {
		t.Run(name, func(t *testing.T) {
			setEnvironment(t, changes)
			_, err := config.Load[Config]()
			require.Error(t, err)
			require.NotContains(t, err.Error(), short)
		})
	}
}
