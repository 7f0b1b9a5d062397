package main

import (
	"context"
	"fmt"
	"log/slog"
	"net/url"

	"github.com/mintfax/mintfax/shared/ids"
	"github.com/mintfax/mintfax/shared/ledger"
	"github.com/mintfax/mintfax/shared/postgres"
	"github.com/mintfax/mintfax/shared/schema"
)

// books is a database of its own with accounts that have enough.
type books struct {
	admin    *postgres.DB
	wallet   *postgres.DB
	accounts []string
}

const enough = 1_000_000_000 // credits of a pool

func openBooks(ctx context.Context, serverURL, name string, accounts int) (b books, err error) {
	at, err := url.Parse(serverURL)
	if err != nil {
		return b, err
	}
	at.Path = "/" + name
	passwords := map[string]string{}
	for _, role := range schema.Roles() {
		passwords[role] = ids.Base62(20)
	}
	if err := schema.Bootstrap(ctx, at.String(), passwords); err != nil {
		return b, err
	}
	if err := schema.Migrate(ctx, at.String()); err != nil {
		return b, err
	}
	asWallet, err := schema.RoleURL(at.String(), "wallet", passwords["wallet"])
	if err != nil {
		return b, err
	}
	quiet := slog.New(slog.DiscardHandler)
	if b.admin, err = postgres.Open(ctx, at.String(), quiet); err != nil {
		return b, err
	}
	if b.wallet, err = postgres.Open(ctx, asWallet, quiet); err != nil {
		return b, err
	}
	for range accounts {
		id := ids.New(ids.Account)
		if err := b.admin.WithContext(ctx).Exec(`INSERT INTO auth.accounts (id, name, email) VALUES (?, 'Bench', ?)`, id, id+"@example.com").Error; err != nil {
			return b, err
		}
		if err := ledger.OpenAccount(ctx, b.admin, id, enough); err != nil {
			return b, err
		}
		b.accounts = append(b.accounts, id)
	}
	return b, b.admin.WithContext(ctx).Exec(`ANALYZE`).Error
}

// check holds the books to what was done: every pool equals its entries, and so many holds were captured.
func (b books) check(ctx context.Context, captured int64) error {
	var found struct{ Differences, Captured, Left int64 }
	err := b.admin.WithContext(ctx).Raw(`
		SELECT (SELECT count(*) FROM wallet.differences) AS differences,
			(SELECT count(*) FROM wallet.holds WHERE state = 'captured') AS captured,
			(SELECT count(*) FROM wallet.holds WHERE state <> 'captured') AS left`).Scan(&found).Error
	if err != nil {
		return err
	}
	if found.Differences != 0 || found.Captured != captured || found.Left != 0 {
		return fmt.Errorf("the books are wrong: %d differences, %d captured instead of %d, %d left open", found.Differences, found.Captured, captured, found.Left)
	}
	return nil
}
