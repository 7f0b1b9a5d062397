package system_test

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

)

// reconcile runs billing's command and returns what it prints, and its status.
func (b bench) reconcile(t *testing.T) (printed string, status int) {
	t.Helper()
	env := whole.Env()
	command := exec.CommandContext(t.Context(), filepath.Join(whole.BinDir(), "billing"), "reconcile")
	command.Env = append(os.Environ(), "DATABASE_URL="+env["DATABASE_URL_BILLING"], "STRIPE_API_URL="+env["STRIPE_API_URL"], "STRIPE_SECRET_KEY="+env["STRIPE_SECRET_KEY"])
	var out bytes.Buffer
	command.Stdout, command.Stderr = &out, &out
	var exit *exec.ExitError
	if err := command.Run(); errors.As(err, &exit) {
		return out.String(), exit.ExitCode()
	} else {
		require.NoError(t, err, out.String())
	}
	return out.String(), 0
}

// plant writes past every rule, as only a superuser can, and undo takes it back when the test ends.
func (b bench) plant(t *testing.T, statement, undo string) {
	t.Helper()
	past := func(statement string) string {
		return `BEGIN; SET LOCAL session_replication_role = replica; ` + statement + `; COMMIT`
	}
	_, err := b.db.Exec(t.Context(), past(statement))
	require.NoError(t, err)
	t.Cleanup(func() {
		_, err := b.db.Exec(t.Context(), past(undo))
		require.NoError(t, err)
	})
}
