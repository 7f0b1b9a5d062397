package stack

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/mintfax/mintfax/shared/schema"
)

// makeDatabase makes the database and its roles, and brings it up to date.
func (w *Whole) makeDatabase(ctx context.Context) error {
	if err := schema.Bootstrap(ctx, w.settings.DatabaseURL, w.settings.Secrets.Roles); err != nil {
		return err
	}
	return schema.Migrate(ctx, w.settings.DatabaseURL)
}

// dropDatabase deletes the database and its roles, whoever is still connected.
func (w *Whole) dropDatabase(ctx context.Context) error {
	conn, err := pgx.Connect(ctx, w.options.Servers.Database)
	if err != nil {
		return fmt.Errorf("connect to delete the database: %w", err)
	}
	defer conn.Close(ctx)
	name := w.options.Database
	_, err = conn.Exec(ctx, `DROP DATABASE IF EXISTS `+pgx.Identifier{name}.Sanitize()+` WITH (FORCE)`)
	if err != nil {
		return fmt.Errorf("drop database %s: %w", name, err)
	}
	for _, role := range append(schema.Roles(), "owner") {
		_, problem := conn.Exec(ctx, `DROP ROLE IF EXISTS `+pgx.Identifier{name + "_" + role}.Sanitize())
		err = errors.Join(err, problem)
	}
	return err
}
