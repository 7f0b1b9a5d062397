package schema

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// Roles lists the services that log in to the database; their role names end with these.
func Roles() []string { return []string{"auth", "billing", "wallet", "fax_dispatch"} }

// Bootstrap creates what migrations cannot: the database that adminURL names, its owner role, which cannot log in, and
// one login role for each service, named <database>_<service>. The keys of passwords are the services of Roles.
// It is idempotent; run it again to change passwords.
func Bootstrap(ctx context.Context, adminURL string, passwords map[string]string) error {
	cfg, err := pgx.ParseConfig(adminURL)
	if err != nil {
		return fmt.Errorf("administrator's database URL: %w", err)
	}
	database := cfg.Database
	if !regexp.MustCompile(`^[a-z][a-z0-9_]{0,39}$`).MatchString(database) {
		return fmt.Errorf("database name %q: use lower case letters, digits and underscores", database)
	}
	if err := createDatabase(ctx, cfg, database); err != nil {
		return err
	}
	cfg.Database = database
	conn, err := pgx.ConnectConfig(ctx, cfg)
	if err != nil {
		return fmt.Errorf("connect to %s: %w", database, err)
	}
	defer conn.Close(ctx)
	if _, err := conn.Exec(ctx, `SELECT pg_advisory_lock($1)`, migrateLock); err != nil { // released when the connection closes
		return fmt.Errorf("wait for another migrate job: %w", err)
	}
	return createRoles(ctx, conn, database, passwords)
}

// RoleURL returns adminURL with the login of a service's role.
func RoleURL(adminURL, service, password string) (string, error) {
	parsed, err := url.Parse(adminURL)
	if err != nil {
		return "", errors.New("the administrator's database URL is not a URL")
	}
	database := strings.TrimPrefix(parsed.Path, "/")
	parsed.User = url.UserPassword(database+"_"+service, password)
	return parsed.String(), nil
}

func ownerRole(database string) string { return database + "_owner" }

func createDatabase(ctx context.Context, cfg *pgx.ConnConfig, database string) error {
	maintenance := cfg.Copy()
	maintenance.Database = "postgres"
	conn, err := pgx.ConnectConfig(ctx, maintenance)
	if err != nil {
		return fmt.Errorf("connect to the database server: %w", err)
	}
	defer conn.Close(ctx)
	_, err = conn.Exec(ctx, `CREATE DATABASE `+quote(database))
	var pgErr *pgconn.PgError
	if errors.As(err, &pgErr) && (pgErr.Code == "42P04" || pgErr.Code == "23505") { // it exists, or another job is creating it
		return nil
	}
	if err != nil {
		return fmt.Errorf("create database %s: %w", database, err)
	}
	return nil
}

func createRoles(ctx context.Context, conn *pgx.Conn, database string, passwords map[string]string) error {
	owner := ownerRole(database)
	statements := []string{
		ensureRole(owner, `NOLOGIN`),
		`GRANT ` + quote(owner) + ` TO CURRENT_USER`,
		`GRANT CREATE ON DATABASE ` + quote(database) + ` TO ` + quote(owner),
		`REVOKE ALL ON DATABASE ` + quote(database) + ` FROM PUBLIC`,
		`SET password_encryption = 'scram-sha-256'`,
	}
	for _, service := range Roles() {
		password := passwords[service]
		if password == "" {
			return fmt.Errorf("no password for the database role of %s", service)
		}
		role := database + "_" + service
		statements = append(statements,
			ensureRole(role, `LOGIN`),
			`ALTER ROLE `+quote(role)+` LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD `+literal(password),
			`ALTER ROLE `+quote(role)+` SET idle_in_transaction_session_timeout = '30s'`,
			`ALTER ROLE `+quote(role)+` SET statement_timeout = '30s'`, // only proofs of the ledger take as long
			`ALTER ROLE `+quote(role)+` SET lock_timeout = '10s'`,
			`ALTER ROLE `+quote(role)+` SET jit = off`, // compiling a plan takes longer than running any statement of a service
			`GRANT CONNECT ON DATABASE `+quote(database)+` TO `+quote(role),
		)
	}
	for _, statement := range statements {
		if _, err := conn.Exec(ctx, statement); err != nil {
			return fmt.Errorf("make the roles of %s: %w", database, err)
		}
	}
	return nil
}

func ensureRole(name, login string) string {
	return `DO $$ BEGIN CREATE ROLE ` + quote(name) + ` ` + login +
		`; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$`
}

func quote(name string) string { return pgx.Identifier{name}.Sanitize() }

func literal(value string) string {
	return `'` + strings.ReplaceAll(value, `'`, `''`) + `'`
}
