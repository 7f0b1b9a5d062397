package config_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/shared/config"
)

func settingsDir(t *testing.T, files map[string]string) {
	t.Helper()
	dir := t.TempDir()
	for name, value := range files {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(value), 0o600))
	}
	t.Setenv("SETTINGS_DIR", dir)
}

func TestSettingsComeFromFilesToo(t *testing.T) {
	settingsDir(t, map[string]string{"TEST_URL": "from file\n", "TEST_SECRET": "two\n\n", "TEST_KEY": "AQIDBA==\r\n", "TEST_LIMIT": "9"})
	cfg, err := config.Load[settings]()
	require.NoError(t, err)
	require.Equal(t, "from file", cfg.URL)
	require.Equal(t, "two\n", cfg.Secret.Reveal(), "one newline is dropped, no more")
	require.Equal(t, config.Key{1, 2, 3, 4}, cfg.Key)
	require.Equal(t, 9, cfg.Limit)
}

func TestTheEnvironmentWinsOverAFileUnlessItIsEmpty(t *testing.T) {
	settingsDir(t, map[string]string{"TEST_URL": "file", "TEST_SECRET": "file", "TEST_KEY": "AQIDBA=="})
	t.Setenv("TEST_URL", "environment")
	t.Setenv("TEST_SECRET", "")
	t.Setenv("TEST_LIMIT", "")
	cfg, err := config.Load[settings]()
	require.NoError(t, err)
	require.Equal(t, "environment", cfg.URL)
	require.Equal(t, "file", cfg.Secret.Reveal())
	require.Equal(t, 7, cfg.Limit, "an empty variable leaves the default")
}

func TestEmptySettingCountsAsMissing(t *testing.T) {
	settingsDir(t, map[string]string{"TEST_URL": "\n", "TEST_KEY": "AQIDBA=="})
	t.Setenv("TEST_SECRET", "")
	_, err := config.Load[settings]()
	require.ErrorContains(t, err, "TEST_URL")
	require.ErrorContains(t, err, "TEST_SECRET")
}

func TestMissingDirectoryIsAnError(t *testing.T) {
	t.Setenv("SETTINGS_DIR", filepath.Join(t.TempDir(), "missing"))
	_, err := config.Load[settings]()
	require.ErrorContains(t, err, "SETTINGS_DIR")
}

// Orchestrators mount a secret as links beside hidden folders.
func TestLinksAreFollowedAndFoldersIgnored(t *testing.T) {
	settingsDir(t, map[string]string{"TEST_SECRET": "s", "TEST_KEY": "AQIDBA=="})
	dir := os.Getenv("SETTINGS_DIR")
	hidden := filepath.Join(dir, "..data")
	require.NoError(t, os.Mkdir(hidden, 0o700))
	require.NoError(t, os.WriteFile(filepath.Join(hidden, "TEST_URL"), []byte("linked"), 0o600))
	require.NoError(t, os.Symlink(filepath.Join("..data", "TEST_URL"), filepath.Join(dir, "TEST_URL")))
	require.NoError(t, os.Mkdir(filepath.Join(dir, "TEST_LIMIT"), 0o700))
	cfg, err := config.Load[settings]()
	require.NoError(t, err)
	require.Equal(t, "linked", cfg.URL)
	require.Equal(t, 7, cfg.Limit)
}
