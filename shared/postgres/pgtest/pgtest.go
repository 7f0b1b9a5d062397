package pgtest

import (
	"context"
	"log/slog"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"gorm.io/gorm"

	"github.com/mintfax/mintfax/shared/ids"
	"github.com/mintfax/mintfax/shared/postgres"
	"github.com/mintfax/mintfax/shared/schema"
)

const password = "only-for-tests"

// Database is a migrated database that is dropped when its test ends. Its roles are those of its template, which all
// test databases of the server share.
type Database struct {
	AdminURL string
	name     string
	template string // the administrator's URL of the template
}

// New creates a database on the server that TEST_DATABASE_URL names.
func New(t testing.TB) *Database {
	t.Helper()
	server := os.Getenv("TEST_DATABASE_URL")
	if server == "" {
		t.Fatal("TEST_DATABASE_URL is not set: run the tests with `make test`, which starts the servers")
	}
	template, name := template(t, server), "t_"+strings.ToLower(ids.Base62(12))
	d := &Database{AdminURL: at(t, server, name), name: name, template: at(t, server, template)}
	require.NoError(t, execute(t.Context(), server, `CREATE DATABASE `+name+` TEMPLATE `+template))
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second) // t.Context is done in a cleanup
		defer cancel()
		if err := execute(ctx, server, `DROP DATABASE IF EXISTS `+name+` WITH (FORCE)`); err != nil {
			t.Logf("drop %s: %v", name, err)
		}
	})
	return d
}

// URL returns the connection URL of a service's role: auth, billing, wallet or fax_dispatch.
func (d *Database) URL(service string) string {
	role, err := schema.RoleURL(d.template, service, password)
	if err != nil {
		panic(err) // the template's URL was made from a parsed URL
	}
	parsed, err := url.Parse(role)
	if err != nil {
		panic(err)
	}
	parsed.Path = "/" + d.name
	return parsed.String()
}

// Open connects as the role of a service.
func (d *Database) Open(t testing.TB, service string) *gorm.DB {
	t.Helper()
	return d.open(t, d.URL(service))
}

// Admin connects as the administrator, for a test's setup and checks.
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
