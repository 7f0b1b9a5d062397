package main

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"database/sql"
	"os"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/mintfax/mintfax/shared/apierror"
	"github.com/mintfax/mintfax/shared/contract"
)

// checker answers what auth is asked, with auth's statement and from the same rows. It uses pgx itself, the fastest
// way, and does not record the use of keys: the gateway must not look better than it is.
type checker struct {
	pool      *pgxpool.Pool
	pepper    []byte
	statement string
}

func newChecker(ctx context.Context, cfg Config) (*checker, error) {
	statement, err := os.ReadFile(cfg.CheckSQL)
	if err != nil {
		return nil, err
	}
	options, err := pgxpool.ParseConfig(cfg.DatabaseURL.Reveal())
	if err != nil {
		return nil, err
	}
	options.MaxConns = int32(cfg.Connections) //nolint:gosec // a handful
	pool, err := pgxpool.NewWithConfig(ctx, options)
	if err != nil {
		return nil, err
	}
	return &checker{pool: pool, pepper: cfg.KeyPepper, statement: string(statement)}, nil
}

// Close closes the connections.
func (k *checker) Close() { k.pool.Close() }

// CheckKeys returns one verdict for each digest, in order.
func (k *checker) CheckKeys(ctx context.Context, r contract.CheckKeysRequest) (contract.CheckKeysReply, error) {
	digests := make([][]byte, len(r.Digests))
	for i, digest := range r.Digests {
		mac := hmac.New(sha256.New, k.pepper)
		mac.Write(digest)
		digests[i] = mac.Sum(nil)
	}
	rows, err := k.pool.Query(ctx, k.statement, digests)
	if err != nil {
		return contract.CheckKeysReply{}, err
	}
	defer rows.Close()
	found := make(map[string]contract.Verdict, len(digests))
	for rows.Next() {
		digest, verdict, err := read(rows)
		if err != nil {
			return contract.CheckKeysReply{}, err
		}
		found[string(digest)] = verdict
	}
	reply := contract.CheckKeysReply{Verdicts: make([]contract.Verdict, len(digests))}
	for i, digest := range digests {
		verdict, known := found[string(digest)]
		if !known {
			verdict.Refusal = apierror.APIKeyInvalid
		}
		reply.Verdicts[i] = verdict
	}
	return reply, rows.Err()
}

func read(rows pgx.Rows) (digest []byte, verdict contract.Verdict, err error) {
	var activatedAt, createdAt sql.NullTime
	var id, name, kind sql.NullString
	err = rows.Scan(&digest, &verdict.KeyID, &verdict.Kind, &verdict.AccountID, &activatedAt, &id, &name, &kind, &createdAt)
	if id.Valid {
		verdict.Environment = &contract.Environment{
			ID: id.String, Name: name.String, AccountID: verdict.AccountID,
			Type: contract.EnvironmentType(kind.String), CreatedAt: createdAt.Time.UTC(),
		}
	}
	if verdict.Kind == contract.KindLive && !activatedAt.Valid {
		verdict.Refusal = apierror.AccountNotActivated
	}
	return digest, verdict, err
}
