package pgtest

import (
	"context"
	"net/url"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/shared/schema"
)

// templateLock is the advisory lock for creating a template. Go tests each package in its own process.
const templateLock = 0x74656d706c617465 // "template"

// template returns the name of a database with every role and migration, and creates it if the server has none. Copying
// it takes a tenth of the time of migrating. Its name changes with the migrations, so a server can be reused between runs.
func template(t testing.TB, server string) string {
	t.Helper()
	fingerprint, err := schema.Fingerprint()
	require.NoError(t, err)
	name := "template_" + fingerprint[:16]
	conn, err := pgx.Connect(t.Context(), server)
	require.NoError(t, err)
	defer conn.Close(context.WithoutCancel(t.Context()))
	_, err = conn.Exec(t.Context(), `SELECT pg_advisory_lock($1)`, int64(templateLock)) // until the connection is closed
	require.NoError(t, err)
	var made bool
	err = conn.QueryRow(t.Context(), `SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1 AND datistemplate)`, name).Scan(&made)
	require.NoError(t, err)
	if made {
		return name
	}
	passwords := map[string]string{}
	for _, service := range schema.Roles() {
		passwords[service] = password
	}
	adminURL := at(t, server, name)
	require.NoError(t, schema.Bootstrap(t.Context(), adminURL, passwords))
	require.NoError(t, schema.Migrate(t.Context(), adminURL))
	_, err = conn.Exec(t.Context(), `ALTER DATABASE `+name+` IS_TEMPLATE true`) // marks it as complete
	require.NoError(t, err)
	return name
}

// at returns the URL of another database of a server.
func at(t testing.TB, server, database string) string {
	t.Helper()
	parsed, err := url.Parse(server)
	require.NoError(t, err)
	parsed.Path = "/" + database
	return parsed.String()
}

func execute(ctx context.Context, server, statement string) error {
	conn, err := pgx.Connect(ctx, server)
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	_, err = conn.Exec(ctx, statement)
	return err
}
