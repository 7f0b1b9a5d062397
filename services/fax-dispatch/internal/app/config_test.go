package app_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/app"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/fax"
	"github.com/mintfax/mintfax/shared/config"
)

// load returns the settings with what has to be set and what is given.
func load(t *testing.T, given map[string]string) (app.Config, error) {
	t.Helper()
	for _, name := range []string{"DATABASE_URL", "AMQP_URL", "INTERNAL_ADDR", "STORAGE_URL"} {
		t.Setenv(name, "x")
	}
	t.Setenv("DOCUMENT_KEY", "a2V5")
	t.Setenv("LIVE_CARRIER", "loopback")
	for name, value := range given {
		t.Setenv(name, value)
	}
	return config.Load[app.Config]()
}

func TestAnInvalidConverterURLIsRefused(t *testing.T) {
	for url, valid := range map[string]bool{
		"": true, "http://converter:9200": true, "https://converter.example.com/": true,
		"converter:9200": false, "http://": false, "unix:///run/converter": false,
	} {
		if _, err := load(t, map[string]string{"CONVERTER_URL": url}); valid {
			require.NoError(t, err, url)
		} else {
			require.ErrorContains(t, err, "CONVERTER_URL", url)
		}
	}
}

func TestConvertersAreAtLeastOneAndNotTooMany(t *testing.T) {
	for converters, valid := range map[string]bool{"0": false, "1": true, "64": true, "65": false, "-1": false} {
		if _, err := load(t, map[string]string{"CONVERTERS": converters}); valid {
			require.NoError(t, err, converters)
		} else {
			require.ErrorContains(t, err, "CONVERTERS", converters)
		}
	}
}

func TestTheDefaultRetryPoliciesWaitMinutes(t *testing.T) {
	cfg, err := load(t, map[string]string{"RETRY_TIMEOUT": "20m tries=2"})
	require.NoError(t, err)
	policy := func(tries int, within time.Duration, growth float64, waits ...time.Duration) fax.Policy {
		return fax.Policy{Waits: waits, Growth: growth, Tries: tries, Within: within}
	}
	const minute, hours = time.Minute, 4 * time.Hour
	require.Equal(t, fax.Retries{
		Busy:        policy(5, hours, 1, 3*minute, 5*minute, 10*minute),
		NoAnswer:    policy(5, hours, 1, 5*minute, 15*minute),
		LineQuality: policy(5, hours, 1, minute, 3*minute),
		CallDropped: policy(5, hours, 1, minute, 3*minute),
		Timeout:     policy(2, hours, 1, 20*minute), // as it is set
		CarrierAway: policy(12, time.Hour, 2, 30*time.Second),
	}, cfg.Retries())
}
