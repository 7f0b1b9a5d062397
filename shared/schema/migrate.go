package schema

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
)

//go:embed migrations/*.sql
var migrations embed.FS

//go:embed rights.sql
var rights string

// migrateLock is the advisory lock that serializes migrate jobs: two at once would alter the same roles and apply the
// same migration.
const migrateLock = 0x6d696e74666178 // "mintfax"

const versionTable = "migrations.versions"

// Migrate applies the missing migrations to the database that adminURL names, and sets all rights again. It runs as the
// owner role that Bootstrap created, which therefore owns all tables.
func Migrate(ctx context.Context, adminURL string) error {
	db, prefix, err := openAsOwner(adminURL)
	if err != nil {
		return err
	}
	defer db.Close()
	lock, err := db.Conn(ctx)
	if err != nil {
		return fmt.Errorf("connect to %s: %w", prefix, err)
	}
	defer lock.Close()
	if _, err := lock.ExecContext(ctx, `SELECT pg_advisory_lock($1)`, migrateLock); err != nil { // released when the connection closes
		return fmt.Errorf("wait for another migrate job: %w", err)
	}
	if _, err := db.ExecContext(ctx, `CREATE SCHEMA IF NOT EXISTS migrations`); err != nil {
		return fmt.Errorf("create schema migrations: %w", err)
	}
	provider, err := newProvider(db)
	if err != nil {
		return err
	}
	if _, err := provider.Up(ctx); err != nil {
		return fmt.Errorf("apply migrations: %w", err)
	}
	return applyRights(ctx, db, prefix)
}

// Check returns an error when the database lacks a migration that this program contains. A service that starts on such a
// database would fail later, in the middle of its work.
func Check(ctx context.Context, db *sql.DB) error {
	want, err := newest()
	if err != nil {
		return err
	}
	var have int64
	query := `SELECT coalesce(max(version_id), 0) FROM ` + versionTable + ` WHERE is_applied`
	if err := db.QueryRowContext(ctx, query).Scan(&have); err != nil {
		return fmt.Errorf("read the database's version: %w", err)
	}
	if have < want {
		return fmt.Errorf("the database is at version %d and this program needs %d: run the migrate job first", have, want)
	}
	return nil
}

// Fingerprint identifies the migrations and rights of this program.
func Fingerprint() (string, error) {
	sum := sha256.New()
	entries, err := fs.ReadDir(migrations, "migrations")
	if err != nil {
		return "", err
	}
	for _, entry := range entries {
		text, err := fs.ReadFile(migrations, "migrations/"+entry.Name())
		if err != nil {
			return "", err
		}
		fmt.Fprintf(sum, "%s %d\n%s", entry.Name(), len(text), text)
	}
	sum.Write([]byte(rights))
	return hex.EncodeToString(sum.Sum(nil)), nil
}

func openAsOwner(adminURL string) (*sql.DB, string, error) {
	cfg, err := pgx.ParseConfig(adminURL)
	if err != nil {
		return nil, "", fmt.Errorf("administrator's database URL: %w", err)
	}
	cfg.RuntimeParams["role"] = ownerRole(cfg.Database)
	return stdlib.OpenDB(*cfg), cfg.Database, nil
}

func newProvider(db *sql.DB) (*goose.Provider, error) {
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return nil, err
	}
	return goose.NewProvider(goose.DialectPostgres, db, files, goose.WithTableName(versionTable))
}

func newest() (int64, error) {
	entries, err := fs.ReadDir(migrations, "migrations")
	if err != nil {
		return 0, err
	}
	return goose.NumericComponent(entries[len(entries)-1].Name())
}

func applyRights(ctx context.Context, db *sql.DB, prefix string) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	if _, err := tx.ExecContext(ctx, strings.ReplaceAll(rights, "{{role}}", prefix)); err != nil {
		return fmt.Errorf("apply rights: %w", err)
	}
	return tx.Commit()
}
