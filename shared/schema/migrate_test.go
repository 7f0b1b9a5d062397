package schema_test

import (
	"net/url"
	"os"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"github.com/mintfax/mintfax/shared/ids"
	"github.com/mintfax/mintfax/shared/postgres/pgtest"
	"github.com/mintfax/mintfax/shared/schema"
)

func TestConcurrentMigrateJobsMigrateOnce(t *testing.T) {
	server := os.Getenv("TEST_DATABASE_URL")
	require.NotEmpty(t, server, "run the tests with `make test`, which starts the servers")
	parsed, err := url.Parse(server)
	require.NoError(t, err)
	name := "t_" + strings.ToLower(ids.Base62(12))
	parsed.Path = "/" + name
	passwords := map[string]string{}
	for _, service := range schema.Roles() {
		passwords[service] = "only-for-tests"
	}
	var jobs errgroup.Group
	for range 4 {
		jobs.Go(func() error {
			if err := schema.Bootstrap(t.Context(), parsed.String(), passwords); err != nil {
				return err
			}
			return schema.Migrate(t.Context(), parsed.String())
		})
	}
	migrated := jobs.Wait()
	require.NoError(t, migrated)
	login, err := schema.RoleURL(parsed.String(), "auth", "only-for-tests")
	require.NoError(t, err)
	auth, err := pgx.Connect(t.Context(), login)
	require.NoError(t, err)
	_, err = auth.Exec(t.Context(), `SELECT FROM auth.accounts`)
	require.NoError(t, err, "the rights are there")
	require.NoError(t, auth.Close(t.Context()))
	conn, err := pgx.Connect(t.Context(), server)
	require.NoError(t, err)
	defer conn.Close(t.Context())
	_, err = conn.Exec(t.Context(), `DROP DATABASE IF EXISTS `+name+` WITH (FORCE)`)
	require.NoError(t, err)
	for _, role := range append(schema.Roles(), "owner") {
		_, err = conn.Exec(t.Context(), `DROP ROLE IF EXISTS `+name+`_`+role)
		require.NoError(t, err)
	}
}

func TestEveryRoleHasTimeoutsAndNoJIT(t *testing.T) {
	d := pgtest.New(t)
	for _, service := range schema.Roles() {
		db := d.Open(t, service)
		for setting, want := range map[string]string{"statement_timeout": "30s", "lock_timeout": "10s", "idle_in_transaction_session_timeout": "30s", "jit": "off"} {
			var got string
			require.NoError(t, db.Raw(`SELECT current_setting(?)`, setting).Scan(&got).Error)
			require.Equal(t, want, got, "%s of %s", setting, service)
		}
	}
}
