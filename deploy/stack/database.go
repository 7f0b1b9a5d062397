package stack

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/mintfax/mintfax/shared/schema"
)

// createDatabase makes the database and its roles, and brings it up to date.
func (i *Instance) createDatabase(ctx context.Context) error {
	if err := schema.Bootstrap(ctx, i.settings.DatabaseURL, i.settings.Secrets.Roles); err != nil {
		return err
	}
	return schema.Migrate(ctx, i.settings.DatabaseURL)
}

// dropDatabase deletes the database, in spite of connections, and its roles.
func (i *Instance) dropDatabase(ctx context.Context) error {
	conn, err := pgx.Connect(ctx, i.options.Servers.Database)
	if err != nil {
		return fmt.Errorf("connect to delete the database: %w", err)
	}
	defer conn.Close(ctx)
	name := i.options.Database
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
