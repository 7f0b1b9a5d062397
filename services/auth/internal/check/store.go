package check

import (
	"context"
	"database/sql"
	_ "embed"

	"github.com/mintfax/mintfax/shared/contract"
)

//go:embed find.sql
var findKeys string

//go:embed enter.sql
var findEnvironment string

// store reads fresh. It uses the connection pool directly: nothing is mapped on this path.
type store struct {
	statement *sql.Stmt
	db        *sql.DB
}

// keyRow is a key that is neither revoked nor expired, by the database's clock.
type keyRow struct {
	id, kind, accountID                             string
	activatedAt                                     sql.NullTime
	environmentID, environmentName, environmentType sql.NullString
	environmentCreatedAt                            sql.NullTime
}

func newStore(ctx context.Context, db *sql.DB) (*store, error) {
	statement, err := db.PrepareContext(ctx, findKeys)
	if err != nil {
		return nil, err
	}
	return &store{statement: statement, db: db}, nil
}

// environment returns an environment of an account, and since when the account is activated.
func (s *store) environment(ctx context.Context, accountID, id string) (e contract.Environment, activatedAt sql.NullTime, err error) {
	err = s.db.QueryRowContext(ctx, findEnvironment, accountID, id).
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

// writeLastUsed notes many uses in one statement, at most one a minute for a key whatever the number
// of processes. A key that somebody changes at the moment is left out rather than waited for.
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
