package app

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/shared/config"
)

func setEnvironment(t *testing.T, changes map[string]string) {
	settings := map[string]string{
		"DATABASE_URL": "postgres://x", "AMQP_URL": "amqp://x", "INTERNAL_ADDR": ":0", "PUBLIC_URL": "https://fax.example/",
		"STRIPE_SECRET_KEY": "sk_test_1", "STRIPE_WEBHOOK_SECRETS": "whsec_1,whsec_2", "STRIPE_API_URL": "http://127.0.0.1:1",
	}
	for name, value := range changes {
		settings[name] = value
	}
	for name, value := range settings {
		t.Setenv(name, value)
	}
}

func TestValidSettingsAreLoaded(t *testing.T) {
	setEnvironment(t, map[string]string{"CREDIT_PACKAGES": `[{"id":"one","name":"One","price":100,"credits":90}]`})
	cfg, err := config.Load[Config]()
	require.NoError(t, err)
	require.Equal(t, []string{"whsec_1", "whsec_2"}, cfg.secrets())
	require.Equal(t, "https://fax.example", cfg.PublicURL)
	require.Len(t, cfg.Packages.List(), 1)
}

func TestThePackagesHaveDefaults(t *testing.T) {
	setEnvironment(t, nil)
	cfg, err := config.Load[Config]()
	require.NoError(t, err)
	require.Len(t, cfg.Packages.List(), 3)
}

func TestUnsafeSettingsAreRejectedAtStart(t *testing.T) {
	for name, c := range map[string]struct{ setting, value string }{
		"no key":                      {"STRIPE_SECRET_KEY", ""},
		"a publishable key":           {"STRIPE_SECRET_KEY", "pk_test_1"},
		"no webhook secret":           {"STRIPE_WEBHOOK_SECRETS", ""},
		"an empty webhook secret":     {"STRIPE_WEBHOOK_SECRETS", "whsec_1,"},
		"only empty webhook secrets":  {"STRIPE_WEBHOOK_SECRETS", ","},
		"a blank webhook secret":      {"STRIPE_WEBHOOK_SECRETS", "whsec_1, ,whsec_2"},
		"a live key for another host": {"STRIPE_SECRET_KEY", "sk_live_1"},
		"a restricted live key too":   {"STRIPE_SECRET_KEY", "rk_live_1"},
		"another host without scheme": {"STRIPE_API_URL", "127.0.0.1:1"},
		"no public address":           {"PUBLIC_URL", ""},
		"a relative public address":   {"PUBLIC_URL", "/fax"},
		"packages that are not":       {"CREDIT_PACKAGES", "[]"},
		"a sweep without pause":       {"SWEEP_INTERVAL", "0s"},
		"a look without pause":        {"MISSED_EVENTS_INTERVAL", "0s"},
		"a comparison of nothing":     {"RECONCILE_WINDOW", "0s"},
		"no way to pay":               {"STRIPE_PAYMENT_METHODS", ","},
		"a way that cannot be":        {"STRIPE_PAYMENT_METHODS", "card,Bank transfer"},
	} {
		t.Run(name, func(t *testing.T) {
			setEnvironment(t, map[string]string{c.setting: c.value})
			_, err := config.Load[Config]()
			require.Error(t, err)
			require.NotContains(t, err.Error(), "whsec_")
			require.NotContains(t, err.Error(), "_live_1")
		})
	}
	setEnvironment(t, map[string]string{"STRIPE_SECRET_KEY": "sk_live_1", "STRIPE_API_URL": ""})
	_, err := config.Load[Config]()
	require.NoError(t, err, "a live key goes to Stripe itself")
}
