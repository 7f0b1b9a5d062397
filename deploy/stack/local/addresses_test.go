package local_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/deploy/stack/local"
)

func TestServersAreNamedOneByOne(t *testing.T) {
	for _, name := range []string{"X_DATABASE_URL", "X_AMQP_MANAGEMENT_URL", "X_REDIS_URL"} {
		t.Setenv(name, "")
	}
	t.Setenv("X_AMQP_URL", "amqp://user:secret@broker.test:5673/own")
	named, err := local.AddressesFromEnvironment("X_")
	require.NoError(t, err)
	require.Equal(t, "http://user:secret@broker.test:15672", named.Management)
	require.Equal(t, "own", named.VHost())
	require.Empty(t, named.Database)

	both := named.Or(local.Addresses{Database: "postgres://db.test/x", AMQP: "amqp://other.test"})
	require.Equal(t, "postgres://db.test/x", both.Database)
	require.Equal(t, named.AMQP, both.AMQP)
}

func TestOwnServersDoNotCountAsNamed(t *testing.T) {
	own := local.Addresses{
		Database: "postgres://postgres:pw@127.0.0.1:55432/postgres", AMQP: "amqp://127.0.0.1:55672/",
		Redis: "redis://127.0.0.1:56379/0",
	}
	loaded := local.Addresses{
		Database: "postgres://postgres:pw@127.0.0.1:55432/mintfax?sslmode=disable", AMQP: "amqp://127.0.0.1:55672/mintfax",
		Management: "http://127.0.0.1:55673", Redis: "redis://elsewhere.test/0",
	}
	require.Equal(t, local.Addresses{Redis: "redis://elsewhere.test/0"}, loaded.Without(own))
}

func TestUnreadableURLDoesNotShowItsPassword(t *testing.T) {
	t.Setenv("X_AMQP_MANAGEMENT_URL", "")
	t.Setenv("X_AMQP_URL", "amqp://user:secret%zz@broker.test/")
	_, err := local.AddressesFromEnvironment("X_")
	require.ErrorContains(t, err, "X_AMQP_URL")
	require.NotContains(t, err.Error(), "secret")
}
