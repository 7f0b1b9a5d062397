package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/deploy/stack"
)

// volumes makes the directories that the image has.
func volumes(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	t.Setenv("KEPT_DIR", filepath.Join(dir, "kept"))
	t.Setenv("VOLUMES_DIR", dir)
	for _, name := range []string{"kept", "gateway", "auth", "billing", "wallet", "fax-dispatch", "migrate", "stripe-emulator", "carrier-fakes", "postgres", "rabbitmq", "redis"} {
		require.NoError(t, os.Mkdir(filepath.Join(dir, name), 0o755))
	}
	return dir
}

func read(t *testing.T, dir string) map[string]string {
	t.Helper()
	found := map[string]string{}
	files, err := filepath.Glob(filepath.Join(dir, "*", "*"))
	require.NoError(t, err)
	for _, file := range files {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		name, err := filepath.Rel(dir, file)
		require.NoError(t, err)
		found[name] = string(text)
	}
	return found
}

func TestSecretsAreMadeOnce(t *testing.T) {
	dir := volumes(t)
	require.NoError(t, run(nil))
	first := read(t, dir)
	require.NoError(t, run(nil))
	require.Equal(t, first, read(t, dir))
	require.Contains(t, first["redis/redis.conf"], first["redis/REDIS_PASSWORD"])
	require.Equal(t, first["gateway/DOCUMENT_KEY"], first["fax-dispatch/DOCUMENT_KEY"])

	other := volumes(t)
	require.NoError(t, run(nil))
	for name, value := range read(t, other) {
		if name != "gateway/STORAGE_URL" && name != "fax-dispatch/STORAGE_URL" {
			require.NotEqual(t, first[name], value, "%s is the same in every installation", name)
		}
	}
}

func TestAContainerSeesOnlyWhatItNeeds(t *testing.T) {
	dir := volumes(t)
	require.NoError(t, run([]string{"demo"}))
	require.NoError(t, run(nil))
	names := map[string][]string{}
	for name := range read(t, dir) {
		service, setting := filepath.Split(name)
		names[filepath.Clean(service)] = append(names[filepath.Clean(service)], setting)
	}
	require.ElementsMatch(t, []string{"AMQP_URL", "REDIS_URL", "STORAGE_URL", "DOCUMENT_KEY"}, names["gateway"])
	require.ElementsMatch(t, []string{"AMQP_URL", "DATABASE_URL", "KEY_PEPPER"}, names["auth"])
	require.ElementsMatch(t, []string{"AMQP_URL", "DATABASE_URL"}, names["billing"], "nothing of the demo is left")
	require.ElementsMatch(t, []string{"AMQP_URL", "DATABASE_URL"}, names["wallet"])
	require.ElementsMatch(t, []string{"AMQP_URL", "DATABASE_URL", "STORAGE_URL", "DOCUMENT_KEY"}, names["fax-dispatch"])
	require.ElementsMatch(t, []string{"POSTGRES_PASSWORD"}, names["postgres"])
	require.Empty(t, names["stripe-emulator"])
	require.Empty(t, names["carrier-fakes"])
}

func TestTheDemoLeavesWhatAPersonHasChosen(t *testing.T) {
	dir := volumes(t)
	require.NoError(t, run([]string{"demo"}))
	demo := read(t, dir)
	require.Equal(t, "http://stripe-emulator:12111\n", demo["billing/STRIPE_API_URL"])
	require.Equal(t, demo["stripe-emulator/EMULATOR_SECRET_KEY"], demo["billing/STRIPE_SECRET_KEY"])
	require.Equal(t, demo["stripe-emulator/EMULATOR_WEBHOOK_SECRET"], demo["billing/STRIPE_WEBHOOK_SECRETS"])
	require.Equal(t, "/mail\n", demo["auth/MAIL_DIR"])
	require.Equal(t, "loopback\n", demo["fax-dispatch/LIVE_CARRIER"])
	require.Equal(t, "http://127.0.0.1:8080\n", demo["gateway/PUBLIC_URL"])
	require.Equal(t, "http://carrier-fakes:12112/v2\n", demo["fax-dispatch/TELNYX_API_URL"], "for who chooses it by LIVE_CARRIER")
	for _, shared := range []string{"TELNYX_API_KEY", "TELNYX_CONNECTION_ID", "SINCH_PROJECT_ID", "SINCH_KEY_ID", "SINCH_KEY_SECRET"} {
		require.NotEmpty(t, demo["carrier-fakes/"+shared])
		require.Equal(t, demo["carrier-fakes/"+shared], demo["fax-dispatch/"+shared])
	}
	require.Equal(t, "http://gateway:8080/carriers/telnyx/webhook\n", demo["carrier-fakes/TELNYX_WEBHOOK_URL"])
	require.Equal(t, "http://gateway:8080\n", demo["fax-dispatch/PUBLIC_URL"])
	require.NotContains(t, demo, "gateway/HTTP_ADDR", "loopback inside a container reaches nobody")

	dir = volumes(t)
	t.Setenv("STRIPE_SECRET_KEY", "sk_test_mine")
	t.Setenv("SMTP_URL", "smtp://mail")
	t.Setenv("TELNYX_API_KEY", "KEY_mine")
	t.Setenv("SINCH_KEY_SECRET", "mine")
	require.NoError(t, run([]string{"demo"}))
	chosen := read(t, dir)
	for _, left := range []string{
		"billing/STRIPE_SECRET_KEY", "billing/STRIPE_API_URL", "billing/STRIPE_WEBHOOK_SECRETS", "gateway/CHECKOUT_ORIGINS", "auth/MAIL_DIR",
		"fax-dispatch/TELNYX_API_KEY", "fax-dispatch/TELNYX_API_URL", "fax-dispatch/SINCH_KEY_SECRET", "fax-dispatch/SINCH_API_URL",
	} {
		require.NotContains(t, chosen, left)
	}
}

func TestTheDemoRefusesAKeyThatMovesMoney(t *testing.T) {
	volumes(t)
	for _, key := range []string{"sk_live_1", "rk_live_1"} {
		t.Setenv("STRIPE_SECRET_KEY", key)
		err := run([]string{"demo"})
		require.ErrorContains(t, err, "live STRIPE_SECRET_KEY")
		require.NotContains(t, err.Error(), key)
	}
}

func TestAddressesAreToldOnlyWhenTheyArePublished(t *testing.T) {
	volumes(t)
	require.ErrorContains(t, run([]string{"env"}), "compose.dev.yml")
	o := options{Kept: os.Getenv("KEPT_DIR"), PublicURL: "http://gw", Postgres: "h:1", AMQP: "h:2", Redis: "h:3"}
	p, err := loadPasswords(o.Kept)
	require.NoError(t, err)
	var out bytes.Buffer
	require.NoError(t, o.printEnv(&out, secretsOf(t, o.Kept), p))
	require.Contains(t, out.String(), "DATABASE_URL=postgres://postgres:"+p.postgres+"@h:1/mintfax?sslmode=disable\n")
	require.Contains(t, out.String(), "DATABASE_URL_BILLING=postgres://mintfax_billing:")
	require.Contains(t, out.String(), "GATEWAY_URL=http://gw\n")
	require.NotContains(t, out.String(), "MAIL_DIR")
}

func secretsOf(t *testing.T, kept string) stack.Secrets {
	t.Helper()
	secrets, err := stack.LoadSecrets(filepath.Join(kept, "secrets.json"))
	require.NoError(t, err)
	return secrets
}
