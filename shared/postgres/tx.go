package postgres

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5/pgconn"
	"gorm.io/gorm"
)

const attempts = 3

// InTx runs fn in one READ COMMITTED transaction. When Postgres aborts it for a deadlock or a serialization
// conflict, InTx retries, with at most three attempts in all, so fn must have no effects that a rollback does
// not undo.
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

// InLongTx is InTx for long work, such as a proof of the whole ledger: a statement may take 30 minutes, instead of the
// 30 s that the roles of services allow.
func InLongTx(ctx context.Context, db *gorm.DB, fn func(tx *gorm.DB) error) error {
	return InTx(ctx, db, func(tx *gorm.DB) error {
		if err := tx.Exec(`SET LOCAL statement_timeout = '30min'`).Error; err != nil {
			return err
		}
		return fn(tx)
	})
}

// IsUnique reports whether err is a violation of the unique constraint or index with that name.
func IsUnique(err error, constraint string) bool {
	var pgErr *pgconn.PgError
	return errors.As(err, &pgErr) && pgErr.Code == "23505" && pgErr.ConstraintName == constraint
}

func repeatable(err error) bool {
	var pgErr *pgconn.PgError
	return errors.As(err, &pgErr) && (pgErr.Code == "40001" || pgErr.Code == "40P01")
}
