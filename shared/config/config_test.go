package config_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/shared/config"
)

type settings struct {
	URL    string        `env:"TEST_URL,required"`
	Secret config.Secret `env:"TEST_SECRET,required"`
	Key    config.Key    `env:"TEST_KEY"`
	Limit  int           `env:"TEST_LIMIT" envDefault:"7"`
}

func (s *settings) Validate() error {
	if len(s.Key) != 4 {
		return errors.New("TEST_KEY must have 4 bytes")
	}
	return nil
}

func TestEveryProblemIsReportedAtOnce(t *testing.T) {
	t.Setenv("TEST_LIMIT", "many")
	_, err := config.Load[settings]()
	require.ErrorContains(t, err, "TEST_URL")
	require.ErrorContains(t, err, "TEST_SECRET")
	require.ErrorContains(t, err, "TEST_KEY must have 4 bytes")
	require.ErrorContains(t, err, "Limit")
}

func TestSecretsAreNeverPrinted(t *testing.T) {
	t.Setenv("TEST_URL", "u")
	t.Setenv("TEST_SECRET", "hunter2")
	t.Setenv("TEST_KEY", "AQIDBA==")
	cfg, err := config.Load[settings]()
	require.NoError(t, err)
	require.Equal(t, "hunter2", cfg.Secret.Reveal())
	require.Equal(t, config.Key{1, 2, 3, 4}, cfg.Key)
	encoded, err := json.Marshal(cfg)
	require.NoError(t, err)
	for _, shown := range []string{fmt.Sprint(cfg), fmt.Sprintf("%+v %#v", cfg, cfg), string(encoded)} {
		require.NotContains(t, shown, "hunter2")
		require.NotContains(t, shown, "AQIDBA")
	}
}
