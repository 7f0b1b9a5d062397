package pgtest

import (
	"context"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"
	"gorm.io/gorm"

	"github.com/mintfax/mintfax/shared/ids"
	"github.com/mintfax/mintfax/shared/postgres"
	"github.com/mintfax/mintfax/shared/schema"
)

const password = "only-for-tests"

// Database is a migrated database that is dropped when its test ends.
type Database struct {
	AdminURL string
	name     string
}

// New makes a database on the server that TEST_DATABASE_URL names.
func New(t testing.TB) *Database {
	t.Helper()
	server := os.Getenv("TEST_DATABASE_URL")
	if server == "" {
		t.Fatal("TEST_DATABASE_URL is not set: run the tests with `make test`, which starts the servers")
	}
	parsed, err := url.Parse(server)
	require.NoError(t, err)
	name := "t_" + strings.ToLower(ids.Base62(12))
	parsed.Path = "/" + name
	d := &Database{AdminURL: parsed.String(), name: name}
	t.Cleanup(func() { d.drop(t, server) })
	passwords := map[string]string{}
	for _, service := range schema.Roles() {
		passwords[service] = password
	}
	require.NoError(t, schema.Bootstrap(t.Context(), d.AdminURL, passwords))
	require.NoError(t, schema.Migrate(t.Context(), d.AdminURL))
	return d
}

// URL is the login of a service's role: auth, billing, wallet or fax_dispatch.
func (d *Database) URL(service string) string {
	roleURL, err := schema.RoleURL(d.AdminURL, service, password)
	if err != nil {
		panic(err) // AdminURL was made from a parsed URL
	}
	return roleURL
}

// Open connects as the role of a service.
func (d *Database) Open(t testing.TB, service string) *gorm.DB {
	t.Helper()
	return d.open(t, d.URL(service))
}

// Admin connects as the administrator, for what a test sets up or looks at.
func (d *Database) Admin(t testing.TB) *gorm.DB {
	t.Helper()
	return d.open(t, d.AdminURL)
}

func (d *Database) open(t testing.TB, at string) *gorm.DB {
	t.Helper()
	db, err := postgres.Open(t.Context(), at, slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	t.Cleanup(func() { _ = postgres.Close(db) })
	return db
}

func (d *Database) drop(t testing.TB, server string) {
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second) // t.Context is done in a cleanup
	defer cancel()
	conn, err := pgx.Connect(ctx, server)
	if err != nil {
		t.Logf("drop %s: %v", d.name, err)
		return
	}
	defer conn.Close(ctx)
	statements := []string{fmt.Sprintf("DROP DATABASE IF EXISTS %s WITH (FORCE)", d.name)}
	for _, role := range append(schema.Roles(), "owner") {
		statements = append(statements, fmt.Sprintf("DROP ROLE IF EXISTS %s_%s", d.name, role))
	}
	for _, statement := range statements {
		if _, err := conn.Exec(ctx, statement); err != nil {
			t.Logf("drop %s: %v", d.name, err)
		}
	}
}
