package postgres

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5/pgconn"
	"gorm.io/gorm"
)

const attempts = 3

// InTx runs fn in one READ COMMITTED transaction. The whole of it is repeated, up to three times in
// all, when Postgres broke it off for a deadlock or a serialization conflict, so fn must do nothing
// that a rollback does not undo.
func InTx(ctx context.Context, db *gorm.DB, fn func(tx *gorm.DB) error) error {
	var err error
	for range attempts {
		err = db.WithContext(ctx).Transaction(fn)
		if !repeatable(err) {
			return err
		}
	}
	return err
}

// InLongTx is InTx for work that is long by nature, such as a proof of the whole ledger: a statement may take half an
// hour, where the roles of services otherwise allow 30 s.
func InLongTx(ctx context.Context, db *gorm.DB, fn func(tx *gorm.DB) error) error {
	return InTx(ctx, db, func(tx *gorm.DB) error {
		if err := tx.Exec(`SET LOCAL statement_timeout = '30min'`).Error; err != nil {
			return err
		}
		return fn(tx)
	})
}

// IsUnique reports whether err is a violation of the unique constraint or index of that name.
func IsUnique(err error, constraint string) bool {
	var pgErr *pgconn.PgError
	return errors.As(err, &pgErr) && pgErr.Code == "23505" && pgErr.ConstraintName == constraint
}

func repeatable(err error) bool {
	var pgErr *pgconn.PgError
	return errors.As(err, &pgErr) && (pgErr.Code == "40001" || pgErr.Code == "40P01")
}
