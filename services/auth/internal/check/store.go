package check

import (
	"context"
	"database/sql"
	_ "embed"

	"github.com/mintfax/mintfax/shared/contract"
)

//go:embed keys.sql
var selectKeys string

//go:embed environment.sql
var selectEnvironment string

// store uses the connection pool directly: the hottest path of mintfax goes without an object mapper.
type store struct {
	statement *sql.Stmt
	db        *sql.DB
}

// keyRow is an active key: neither revoked nor expired, by the database's clock.
type keyRow struct {
	id, kind, accountID                             string
	activatedAt                                     sql.NullTime
	environmentID, environmentName, environmentType sql.NullString
	environmentCreatedAt                            sql.NullTime
}

func newStore(ctx context.Context, db *sql.DB) (*store, error) {
	statement, err := db.PrepareContext(ctx, selectKeys)
	if err != nil {
		return nil, err
	}
	return &store{statement: statement, db: db}, nil
}

// environment returns an environment of an account, and when the account was activated.
func (s *store) environment(ctx context.Context, accountID, id string) (e contract.Environment, activatedAt sql.NullTime, err error) {
	err = s.db.QueryRowContext(ctx, selectEnvironment, accountID, id).
		Scan(&activatedAt, &e.ID, &e.Name, &e.Type, &e.AccountID, &e.CreatedAt)
	e.CreatedAt = e.CreatedAt.UTC()
	return e, activatedAt, err
}

func (s *store) find(ctx context.Context, digests [][]byte) (map[string]*keyRow, error) {
	rows, err := s.statement.QueryContext(ctx, digests)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	found := make(map[string]*keyRow, len(digests))
	var digest []byte
	for rows.Next() {
		var k keyRow
		err := rows.Scan(&digest, &k.id, &k.kind, &k.accountID, &k.activatedAt,
			&k.environmentID, &k.environmentName, &k.environmentType, &k.environmentCreatedAt)
		if err != nil {
			return nil, err
		}
		found[string(digest)] = &k
	}
	return found, rows.Err()
}

// writeLastUsed records many uses in one statement, at most one a minute for a key over all processes. It skips keys
// that another transaction has locked instead of waiting.
func writeLastUsed(ctx context.Context, db *sql.DB, ids []string, secondsAgo []float64) error {
	_, err := db.ExecContext(ctx, `
		WITH used AS (
			SELECT id, now() - make_interval(secs => ago) AS at FROM unnest($1::text[], $2::float8[]) AS t(id, ago)
		), due AS (
			SELECT k.id, used.at FROM auth.keys k JOIN used ON used.id = k.id
			WHERE k.last_used_at IS NULL OR k.last_used_at <= used.at - interval '1 minute'
			FOR NO KEY UPDATE OF k SKIP LOCKED
		)
		UPDATE auth.keys k SET last_used_at = due.at FROM due WHERE k.id = due.id`, ids, secondsAgo)
	return err
}
