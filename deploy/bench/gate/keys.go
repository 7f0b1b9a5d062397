package main

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/mintfax/mintfax/shared/contract"
	"github.com/mintfax/mintfax/shared/ids"
)

// makeKeys puts n accounts into the database, each with a sandbox environment and a key, and returns the
// keys. It goes around auth, which sends a mail for each.
func makeKeys(ctx context.Context, databaseURL, pepper string, n int) ([]string, error) {
	secret, err := base64.StdEncoding.DecodeString(pepper)
	if err != nil {
		return nil, err
	}
	db, err := pgx.Connect(ctx, databaseURL)
	if err != nil {
		return nil, err
	}
	defer db.Close(ctx)
	made := make([]string, n)
	var accounts, environments, rows [][]any
	now := time.Now()
	for i := range made {
		made[i] = ids.NewAPIKey(contract.KindTest)
		account, environment := ids.New(ids.Account), ids.New(ids.Environment)
		accounts = append(accounts, []any{account, "Bench", fmt.Sprintf("bench-%d@example.com", i), now})
		environments = append(environments, []any{environment, account, "Sandbox", "sandbox"})
		rows = append(rows, []any{ids.New(ids.Key), account, "test", environment, "bench", digestOf(secret, made[i]), made[i][len(made[i])-4:]})
	}
	for _, table := range []struct {
		name    string
		columns []string
		rows    [][]any
	}{
		{"accounts", []string{"id", "name", "email", "created_at"}, accounts},
		{"environments", []string{"id", "account_id", "name", "type"}, environments},
		{"keys", []string{"id", "account_id", "kind", "environment_id", "name", "digest", "last4"}, rows},
	} {
		if _, err := db.CopyFrom(ctx, pgx.Identifier{"auth", table.name}, table.columns, pgx.CopyFromRows(table.rows)); err != nil {
			return nil, fmt.Errorf("fill auth.%s: %w", table.name, err)
		}
	}
	_, err = db.Exec(ctx, "ANALYZE auth.accounts, auth.environments, auth.keys")
	return made, err
}

// digestOf is what auth stores of a key.
func digestOf(pepper []byte, key string) []byte {
	digest := ids.DigestAPIKey(key)
	mac := hmac.New(sha256.New, pepper)
	mac.Write(digest[:])
	return mac.Sum(nil)
}

// misspelt are keys of the right form whose checksum is wrong.
func misspelt(good []string) []string {
	bad := make([]string, len(good))
	for i, key := range good {
		last := byte('A')
		if key[len(key)-1] == last {
			last = 'B'
		}
		bad[i] = key[:len(key)-1] + string(last)
	}
	return bad
}
