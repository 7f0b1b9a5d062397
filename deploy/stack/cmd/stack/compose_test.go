package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/deploy/stack"
	"github.com/mintfax/mintfax/deploy/stack/local"
)

// fakeDocker puts a docker into the PATH that does what the script says.
func fakeDocker(t *testing.T, script string) {
	t.Helper()
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "docker"), []byte("#!/bin/sh\n"+script), 0o700))
	t.Setenv("PATH", dir+":/usr/bin:/bin")
	t.Setenv("MINTFAX_COMPOSE", "")
}

func TestContainersAreUsedWhenEverythingIsThere(t *testing.T) {
	fakeDocker(t, "exit 0\n")
	require.NoError(t, checkout{}.composeUnavailable(t.Context()))
	t.Setenv("MINTFAX_COMPOSE", "no")
	require.EqualError(t, checkout{}.composeUnavailable(t.Context()), "MINTFAX_COMPOSE=no")
}

func TestOneLineSaysWhyContainersCannotBeUsed(t *testing.T) {
	for _, c := range []struct{ script, why string }{
		{"echo Client: 1 >&2; echo 'Cannot connect to the daemon.' >&2; exit 1", "no Docker engine answers: Cannot connect to the daemon."},
		{"[ $1 = version ] && exit 0; echo 'unknown command: compose' >&2; exit 1", "docker has no compose plugin: unknown command: compose"},
		{
			"case $1$4 in version|compose) exit 0;; esac; echo 'additional property' >&2; exit 1",
			"docker compose does not understand docker-compose.yml (2.20 or newer does): additional property",
		},
		{
			"case $1 in version|compose) exit 0;; esac; printf 'trying\\nno such host\\n' >&2; exit 1",
			"the image postgres:17-bookworm cannot be pulled: no such host",
		},
	} {
		fakeDocker(t, c.script)
		require.EqualError(t, checkout{}.composeUnavailable(t.Context()), c.why)
	}
	t.Setenv("PATH", t.TempDir())
	require.ErrorContains(t, checkout{}.composeUnavailable(t.Context()), "not found")
}

func TestServersThatAreNamedOrHoldDataDecideForProcesses(t *testing.T) {
	fakeDocker(t, "exit 0\n")
	for _, name := range []string{"DATABASE_URL", "AMQP_URL", "REDIS_URL"} {
		t.Setenv(name, "")
	}
	s := checkout{dir: t.TempDir()}
	chosen, err := s.chooseCompose(t.Context())
	require.NoError(t, err)
	require.NotNil(t, chosen)

	t.Setenv("REDIS_URL", "redis://elsewhere:6379")
	chosen, err = s.chooseCompose(t.Context())
	require.NoError(t, err)
	require.Nil(t, chosen)

	t.Setenv("REDIS_URL", "")
	require.NoError(t, os.WriteFile(filepath.Join(s.dir, "servers.json"), []byte("{}"), 0o600))
	chosen, err = s.chooseCompose(t.Context())
	require.NoError(t, err)
	require.Nil(t, chosen)
}

func TestWhoHasLoadedTheAddressesOfContainersHasNotNamedServers(t *testing.T) {
	fakeDocker(t, "exit 0\n")
	c := compose{checkout: checkout{dir: t.TempDir()}}
	c.record.Addresses = local.Addresses{Redis: "redis://:p@127.0.0.1:56379/0"}
	require.NoError(t, c.saveRecord())
	t.Setenv("DATABASE_URL", "")
	t.Setenv("AMQP_URL", "")
	t.Setenv("REDIS_URL", "redis://:p@127.0.0.1:56379/0")
	chosen, err := c.chooseCompose(t.Context())
	require.NoError(t, err)
	require.NotNil(t, chosen)
}

// A key of another mintfax in the shell must not get into the containers.
func TestTheShellDoesNotChangeWhatContainersGet(t *testing.T) {
	root, err := stack.FindRoot()
	require.NoError(t, err)
	t.Setenv("STRIPE_SECRET_KEY", "sk_live_1")
	t.Setenv("COMPOSE_PROFILES", "story")
	t.Setenv("DOCKER_HOST", "unix:///d")
	environment, err := compose{checkout: checkout{root: root}}.environment()
	require.NoError(t, err)
	require.NotContains(t, environment, "STRIPE_SECRET_KEY=sk_live_1")
	require.NotContains(t, environment, "COMPOSE_PROFILES=story")
	require.Contains(t, environment, "DOCKER_HOST=unix:///d")
}

func TestEveryCheckoutHasAProjectOfItsOwn(t *testing.T) {
	one, other := compose{checkout: checkout{root: "/a/mintfax"}}, compose{checkout: checkout{root: "/b/mintfax"}}
	require.NotEqual(t, one.project(), other.project())
	require.Regexp(t, `^mintfax-[0-9a-f]{8}$`, one.project())
}
